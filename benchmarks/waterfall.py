"""A trace as a picture: a bar for each span on one scale of time, below the span that it is a part of."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.collector import Span

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 900, 250, 80, 56, 26
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .small { font-size: 11px; fill: #59636e; stroke: #ffffff; stroke-width: 4px; paint-order: stroke }
  .grid { stroke: #d1d9e0 }
  .paper { fill: #ffffff }
  .api { fill: #0969da }
  .host { fill: #1a7f37 }
  .whatsapp { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .small { fill: #9198a1; stroke: #0d1117 }
    .grid { stroke: #3d444d }
    .paper { fill: #0d1117 }
    .api { fill: #4493f8 }
    .host { fill: #3fb950 }
    .whatsapp { fill: #f0883e }
  }
"""
_LEGEND = (("api", "API"), ("host", "session host"), ("whatsapp", "waiting for WhatsApp"))
_STEPS_MS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
_MOST_LINES = 9


def svg(spans: Sequence[Span]) -> str:
    """An SVG that reads on light and on dark paper, with every duration in milliseconds.

    Args:
        spans: of one trace.
    """
    rows = _tree(spans)
    begun, ended = rows[0][0].begun, max(span.ended for span in spans)
    wide = (_WIDTH - _LEFT - _RIGHT) / (ended - begun)
    bottom = _TOP + len(rows) * _ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + 12}" role="img">',
        f"<title>One trace: {escape(rows[0][0].name)}</title><style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{bottom + 12}" rx="6"/>',
    ]
    for place, (kind, words) in enumerate(_LEGEND):
        at = _LEFT + place * 150
        parts.append(f'<rect class="{kind}" x="{at}" y="10" width="12" height="12" rx="2"/>')
        parts.append(f'<text class="small" x="{at + 18}" y="20">{words}</text>')
    for line in _lines((ended - begun) / 1e6):
        at = _LEFT + line * 1e6 * wide
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP - 6}" y2="{bottom}"/>')
        parts.append(f'<text class="small" x="{at:.1f}" y="{_TOP - 12}" text-anchor="middle">{line:g} ms</text>')
    for row, (span, depth) in enumerate(rows):
        parts += _bar(span, depth, _TOP + row * _ROW, _LEFT + (span.begun - begun) * wide, wide)
    return "\n".join([*parts, "</svg>", ""])


def _bar(span: Span, depth: int, top: float, left: float, wide: float) -> list[str]:
    long = max((span.ended - span.begun) * wide, 1.5)
    milliseconds = (span.ended - span.begun) / 1e6
    return [
        f'<text x="{12 + depth * 16}" y="{top + 17}">{escape(span.name)}</text>',
        f'<rect class="{_kind(span)}" x="{left:.1f}" y="{top + 5}" width="{long:.1f}" height="16" rx="2"/>',
        f'<text class="small" x="{left + long + 6:.1f}" y="{top + 17}">{milliseconds:.2f} ms</text>',
    ]


def _kind(span: Span) -> str:
    if span.service == "wagate-api":
        return "api"
    return "whatsapp" if span.kind == "CLIENT" else "host"


def _tree(spans: Sequence[Span], parent: str | None = None, depth: int = 0) -> list[tuple[Span, int]]:
    """Each span and how deep it is: a parent before its children, those by when they began."""
    known = {span.id for span in spans}
    here = [span for span in spans if (span.parent == parent if parent else span.parent not in known)]
    rows: list[tuple[Span, int]] = []
    for span in sorted(here, key=lambda span: span.begun):
        rows += [(span, depth), *_tree(spans, span.id, depth + 1)]
    return rows


def _lines(total: float) -> list[float]:
    step = next((step for step in _STEPS_MS if total / step <= _MOST_LINES), total)
    return [count * step for count in range(int(total / step) + 1)]
