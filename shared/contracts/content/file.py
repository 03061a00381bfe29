"""What all kinds have that a file belongs to."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import ConfigDict, Field

from shared.contracts.content.kind import Content
from shared.discreet import Discreet

MAX_CAPTION = 1_024
"""Characters. Ours: WhatsApp names no limit, and others carry as many."""
Caption = Annotated[str, Field(min_length=1, max_length=MAX_CAPTION, pattern=r"^[^\u0000]*$")]


class File(Discreet):
    """A file that is kept by the gateway (`shared.media.model.StoredFile`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    media_id: str
    mimetype: str = ""
    size: int
    """Bytes."""
    sha256: str
    """Of its bytes, in hex."""
    file_name: str | None = None


class WithFiles(Content):
    """Content that files belong to.

    Before it is sent they are made ready for WhatsApp and uploaded there. What came of that belongs to the process
    that did it: it is in no row and no command.
    """

    @property
    def unready(self) -> tuple[WithFile, ...]:
        """What has a file that was not made ready yet."""
        raise NotImplementedError

    def with_ready(self, part: WithFile, ready: Any) -> Self:  # noqa: ANN401 - the session host's own
        """The same with what the file of one that was `unready` became."""
        raise NotImplementedError


class WithFile(WithFiles):
    """Content that one file belongs to."""

    file: File
    ready: ClassVar[Any] = None
    """What the file became: of those that `made_ready` gives. A private attribute costs each of the others too."""

    @property
    def unready(self) -> tuple[WithFile, ...]:
        """Itself, until its file is made ready."""
        return (self,) if self.ready is None else ()

    def with_ready(self, part: WithFile, ready: Any) -> Self:  # noqa: ANN401, ARG002 - the session host's own; it is this
        """The same with what the file became."""
        return self.made_ready(ready)

    def made_ready(self, ready: Any) -> Self:  # noqa: ANN401 - the session host's own
        """The same with what the file became."""
        made = self.model_copy()
        object.__setattr__(made, "ready", ready)  # no field: it is not written anywhere
        return made
