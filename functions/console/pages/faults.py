"""What goes wrong in the sandbox on purpose, by a click: people see what the gateway does then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Response

from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.sandbox import Sandbox
from functions.console.words.marked import _
from shared.errors import BadRequest

_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One that there is to try."""

    words: str
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the sandbox is told besides its kind and whom it strikes (docs/sandbox.md)."""


TROUBLES: Final[Mapping[str, Trouble]] = {
    "close": Trouble(_("The connection breaks")),
    "replace": Trouble(_("Another program uses the same pairing")),
    "unlink": Trouble(_("The phone ends the link")),
    "ban": Trouble(_("WhatsApp shuts the number out"), {"expire": 60}),
    "drop_acks": Trouble(_("WhatsApp takes messages and never says so")),
    "reject_messages": Trouble(_("WhatsApp refuses messages")),
    "upload": Trouble(_("WhatsApp takes no files"), {"mode": "refuse"}),
    "slow": Trouble(_("Everything arrives three seconds late"), {"milliseconds": 3000}),
    "drop_inbound": Trouble(_("Nothing arrives, although it is connected")),
    "stop_answering": Trouble(_("WhatsApp falls silent, with the connection open")),
    "unreachable": Trouble(_("WhatsApp cannot be reached"), {"mode": "refuse", "target": _ALL}),
}


@page("POST", "/console/sandbox/faults")
async def begin(visit: Visit) -> Response[bytes]:
    """Have one strike a phone, or all."""
    form = await visit.form()
    trouble = TROUBLES.get(form.one("kind"))
    if trouble is None:
        raise BadRequest("Choose what is to go wrong.", field="kind")
    asked = {"kind": form.one("kind"), "target": form.one("target") or _ALL, **trouble.more}
    hit = await Sandbox(visit.serving.sandbox_url).begin_fault(asked)
    return await _now(visit, hit)


@page("POST", "/console/sandbox/faults/end")
async def end(visit: Visit) -> Response[bytes]:
    """End one of them."""
    form = await visit.form()
    await Sandbox(visit.serving.sandbox_url).end_fault(form.one("id"))
    return await _now(visit, None)


async def _now(visit: Visit, hit: int | None) -> Response[bytes]:
    faults = await Sandbox(visit.serving.sandbox_url).faults()
    return visit.page("_faults.html", faults=faults, hit=hit, troubles=TROUBLES)


PAGES = (begin, end)
