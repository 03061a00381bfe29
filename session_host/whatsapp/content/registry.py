"""Every kind of content, both ways: what the modules of `kinds` read and write."""

from __future__ import annotations

from collections.abc import Mapping

from session_host.whatsapp.content.readings import Reader
from session_host.whatsapp.content.writings import Sayer, Writer
from shared.contracts.content.kind import Content
from shared.contracts.kinds import modules_of

_KINDS = modules_of("session_host.whatsapp.content.kinds")

READERS: Mapping[str, Reader] = {
    name: reader for module in _KINDS for name, reader in getattr(module, "READERS", {}).items()
}
"""By the field of `waE2E.Message`."""
WRITERS: Mapping[type[Content], Writer] = {
    kind: writer for module in _KINDS for kind, writer in getattr(module, "WRITERS", {}).items()
}
SAYERS: Mapping[type[Content], Sayer] = {
    kind: sayer for module in _KINDS for kind, sayer in getattr(module, "SAYERS", {}).items()
}
"""Of kinds that are about another message."""
