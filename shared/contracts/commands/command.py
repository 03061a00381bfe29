"""What every command is: something that the API wants of the shard that holds a session, and a type of reply.

Times are milliseconds since 1970; a command whose deadline has passed is not begun.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, cast

from pydantic import ConfigDict

from shared.discreet import Discreet


class Reply(Discreet):
    """Base of every reply."""

    model_config = ConfigDict(frozen=True)


class Done(Reply):
    """It was done."""


R = TypeVar("R", bound=Reply)


class Command(Discreet, Generic[R]):
    """Base of every command: `class ReadStatus(Command[StatusReply])`. Who asks it is answered with that type."""

    model_config = ConfigDict(frozen=True)

    reply: ClassVar[type[Reply]]
    """The same, to read an answer with."""
    kind: Any = None
    """Its name on the way: a `Literal` of one text in every command."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:  # noqa: ANN401 - pydantic's
        arguments = cast("Any", cls).__pydantic_generic_metadata__["args"]  # of `Command[StatusReply]`
        if arguments:
            cls.reply = arguments[0]


class Question(Command[R], Generic[R]):
    """A command that one call of the client library does, on a session that is connected.

    It has no handler of its own: `session_host.whatsapp.questions` has the call.
    """

    changes: ClassVar[bool] = False
    """Whether it changes something: then nobody knows, when no answer comes, whether that happened."""


class Change(Question[R], Generic[R]):
    """A question that changes something."""

    changes: ClassVar[bool] = True
