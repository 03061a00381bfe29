"""The page of error codes, made from the catalogue: `python -m functions.reference.errors_page docs/errors.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from shared.errors import CATALOGUE
from shared.refusals import REFUSALS

_HEAD = """# Error codes

Generated from `shared/errors/` and `shared/refusals.py`, edit them there, by
`python -m functions.reference.errors_page docs/errors.md`.

Every error has one shape:

```json
{"success": false, "code": "WA_DISCONNECTED", "error": "what happened and what to do", "requestId": "req_…"}
```

and the fields of that error beside it. Branch on `code`; the words of `error` may change. When waiting helps, the
header `Retry-After` says how many seconds. Give the `requestId` (also in the header `X-Request-Id`) when you report
a problem.

| code | status | meaning | what to do |
|---|---|---|---|
"""

_REFUSALS = """
## Refusals of WhatsApp

When WhatsApp refuses a message it gives a number and no reason; it is in the field `waCode`. What is known of them:

| `waCode` | code | meaning | what to do | `Retry-After` |
|---|---|---|---|---|
"""


def page() -> str:
    """The page's text."""
    ordered = sorted(CATALOGUE.values(), key=lambda error: (error.status, error.code))
    rows = [f"| `{error.code}` | {error.status} | {error.meaning} | {error.remedy} |\n" for error in ordered]
    refusals = [
        f"| {number} | `{known.error.code}` | {known.meaning} | {known.remedy} | "
        f"{'' if known.retry_after is None else f'{known.retry_after:g}'} |\n"
        for number, known in REFUSALS.items()
    ]
    return _HEAD + "".join(rows) + _REFUSALS + "".join(refusals)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
