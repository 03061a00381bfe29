"""What the converters' process is asked and what it answers: a line of JSON each, over a pipe.

Files travel by their paths, bytes that are small in base64.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from shared.errors import WagateError, from_code

PROFILE_PICTURE = "profile_picture"
"""The kind of an order for a picture that a number or a group shows of itself: no message has it."""
_BYTES = ("thumbnail", "waveform")


@dataclass(frozen=True, slots=True)
class Order:
    """A file that is to be made ready."""

    kind: str
    """What it is to be sent as: the `type` of a kind of content with a file, or `preview` for a link's picture."""
    source: Path
    target: Path
    """Where it is put when it has to be another one; nothing is there before."""
    mimetype: str = ""
    """What is said of it; believed of documents only, and last."""
    file_name: str = ""

    def encode(self) -> bytes:
        """A line that `decode` reads."""
        fields = {**asdict(self), "source": str(self.source), "target": str(self.target)}
        return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def decode(cls, line: bytes) -> Self:
        """What was encoded."""
        fields: dict[str, Any] = orjson.loads(line)
        fields |= {"source": Path(fields["source"]), "target": Path(fields["target"])}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it goes out, and what WhatsApp wants to know of it."""

    mimetype: str
    converted: bool = False
    """Whether it is at the order's target; else the source goes out as it is."""
    seconds: int | None = None
    width: int | None = None
    height: int | None = None
    thumbnail: bytes | None = None
    """A small JPEG."""
    waveform: bytes | None = None
    """Of a voice note: 64 levels, 0 to 100."""
    animated: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an order."""

    prepared: Prepared | None = None
    error: WagateError | None = None
    inside: str = ""
    """What the log is told beside the error."""
    last: bool = False
    """Whether this process has had its day: memory that it took does not come back."""

    def encode(self) -> bytes:
        """A line that `decode` reads."""
        fields = {} if self.prepared is None else asdict(self.prepared)
        fields |= {name: b64encode(fields[name]).decode() for name in _BYTES if fields.get(name) is not None}
        error = self.error and [self.error.code, self.error.message, self.error.details]
        said = {"prepared": fields or None, "error": error, "inside": self.inside, "last": self.last}
        return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def decode(cls, line: bytes) -> Self:
        """What was encoded."""
        said = orjson.loads(line)
        fields, error = said["prepared"], said["error"]
        if fields is not None:
            fields |= {name: b64decode(fields[name]) for name in _BYTES if fields[name] is not None}
        return cls(
            prepared=None if fields is None else Prepared(**fields),
            error=None if error is None else from_code(error[0], error[1], details=error[2]),
            inside=said["inside"],
            last=said["last"],
        )
