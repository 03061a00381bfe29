"""What the command line asked for, handed from the program that understood it to the one that runs the gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cli.gateway.data_folder import Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A gateway. No secret is in it: everybody on the machine sees it in the list of processes."""

    kind: Kind
    host: str
    port: int
    data: Path
    control_port: int | None
    """Of the sandbox's control API; None against the real WhatsApp."""
    as_json: bool
    opens: bool = False
    """Whether the console is opened in a browser when it is ready."""

    def encode(self) -> str:
        """One word that `decode` reads."""
        about = [self.kind, self.host, self.port, str(self.data), self.control_port, self.as_json, self.opens]
        return json.dumps(about)

    @classmethod
    def decode(cls, word: str) -> Self:
        """What was encoded."""
        kind, host, port, data, control_port, as_json, opens = json.loads(word)
        return cls(kind, host, port, Path(data), control_port, as_json, opens)
