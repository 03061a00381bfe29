"""The port to sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from shared.sessions.model import Desired, Held, Session, SessionReport


class Sessions(Protocol):
    """Where sessions are kept. Sessions with `desired == DELETED` are invisible to `named` and `list_of`."""

    async def named(self, key_id: str, name: str) -> Session | None:
        """The key's session of that name, or None."""
        ...

    async def get_or_create(
        self, key_id: str, name: str, *, now: int, at_most: int | None = None
    ) -> tuple[Session, bool]:
        """The key's session of that name, made when missing; True when this call made it. One wins a race.

        Raises:
            SessionLimit: it is missing, and the key has `at_most` sessions or more; however many processes make some.
        """
        ...

    async def list_of(self, key_id: str) -> list[Session]:
        """All sessions of a key, oldest first."""
        ...

    async def get(self, uid: str) -> Session | None:
        """The session with this uid, deleted ones too, or None."""
        ...

    async def set_desired(self, uid: str, desired: Desired) -> Session | None:
        """Say what is wanted of it; None when it is not there (or is being deleted, which is final).

        DELETED frees its name at once: a session made under that name afterwards is another one.
        """
        ...

    async def choose(self, uid: str, change: Callable[[str | None], str]) -> Session | None:
        """Give it other settings, made of those that it has, and another version of them; None as in `set_desired`.

        `change` may be called several times, on any thread: of several changes at once each is made of the one before.
        """
        ...

    async def unlink(self, uid: str, *, now: int, then: Desired) -> Session | None:
        """Want its device removed from the phone; None as in `set_desired`. May be repeated: the first time counts.

        `then` is what is wanted of it afterwards: RUNNING without a pairing, or DELETED.
        """
        ...

    async def unlinked(self, uid: str, owner: str, epoch: int) -> bool:
        """Note that this is done, or given up; False when it is no longer held with this epoch."""
        ...

    async def rename(self, uid: str, name: str) -> Session | None:
        """Give it another name, its uid and with it everything else stays; None as in `set_desired`. One wins a race.

        Raises:
            SessionNameTaken: another session of its key has the name; nothing was changed.
        """
        ...

    async def unowned(self, limit: int) -> list[Session]:
        """Sessions nobody holds that need a host: to run, to be deleted or to be unlinked, in the order of `in_turns`.

        It may lag behind some time, each row by another: everything else here is as every finished write left it.
        """
        ...

    async def owned_by(self, owner: str) -> list[Session]:
        """What this shard holds by the store, oldest first."""
        ...

    async def held_by(self, owner: str) -> list[Held]:
        """What this shard holds by the store, in no order: the part of `owned_by` that costs least."""
        ...

    async def claim(self, uid: str, owner: str) -> Session | None:
        """Take a session nobody else holds; the epoch rises by one. None when another holds it or it is gone.

        A row that says `connected` says `starting` from then on: it was so under an earlier owner. Claiming what one
        holds already is how a restarted shard takes its own back: the epoch rises too.
        """
        ...

    async def take_over(self, row: Session, owner: str) -> Session | None:
        """Take a session from the dead shard that its row names; the epoch rises by one, as by `claim`.

        None when the row has changed (another owner or epoch) since it was read, or is gone; what one holds already
        is taken again, as by `claim`, should the first answer have been lost. The caller has seen the shard's lease
        declared dead: nothing here looks at leases.
        """
        ...

    async def release(self, uid: str, owner: str, epoch: int, *, to: str | None = None) -> bool:
        """Give it up, to nobody or to another shard, which claims it as its own; the epoch stays.

        False when it was no longer held with this epoch.
        """
        ...

    async def write_report(self, uid: str, owner: str, epoch: int, report: SessionReport) -> bool:
        """Write what it does now; False (nothing written) when it is no longer held with this epoch."""
        ...

    async def note_history(self, uid: str, history: str) -> None:
        """Write how far it has come with what was said before, whoever holds it; nothing when there is no such row."""
        ...

    async def remove(self, uid: str) -> None:
        """Remove the row for good. May be repeated."""
        ...
