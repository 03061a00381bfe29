"""Connects a session with an exported pairing; what it made for that goes when the pairing is refused."""

from __future__ import annotations

import base64
import contextlib
import secrets

from functions.hosts.owners import Owners
from functions.services import Services
from functions.sessions import ending, lifecycle
from functions.sessions.logging_in import still_wanted, wanted
from functions.sessions.schemas import ImportBody, StatusAnswer, status_answer
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.transfer import FILE_PART, ImportAuth, KeepFilePart
from shared.errors import AuthFileInvalid, BusUnavailable, NoHost, WagateError
from shared.sessions.model import Desired, Session
from shared.tenants.model import ApiKey

_FOUND_WITHIN = 10.0
_ANSWER_WITHIN = 20.0


async def import_pairing(
    serving: Services, key: ApiKey, name: str, body: ImportBody, *, request_id: str
) -> StatusAnswer:
    """What the session does with the pairing. One that was not there is made, one that was stopped is started.

    When the pairing is certainly not in use, the session is afterwards as it was before.

    Raises:
        AuthFileInvalid: the file or the passphrase.
        NoHost: nobody can do it, or its host is silent: only then the session stays, since it may still be done.
        BusUnavailable: likewise.
        WagateError: what the host answered instead.
    """
    file = _decoded(body.file)
    before = await serving.session_rows.find(key, name)
    session = await wanted(serving, key, name)
    try:
        command = await _hand_in(serving.owners, session.uid, body.passphrase, file, request_id)
        reply = await serving.owners.reach(
            session.uid,
            command,
            request_id=request_id,
            within=_FOUND_WITHIN,
            answer_within=_ANSWER_WITHIN,
            meanwhile=lambda: still_wanted(serving, session),
        )
    except NoAnswer:
        if not serving.bus.connected:
            raise BusUnavailable(retry_after=2) from None
        raise NoHost("The session's host did not answer. GET /api/status says whether it was done.") from None
    except NoResponder:
        await _put_back(serving, session, before, request_id)
        raise NoHost(retry_after=5) from None
    except WagateError:
        await _put_back(serving, session, before, request_id)
        raise
    return status_answer(session, reply)


def _decoded(file: str) -> bytes:
    """Its bytes; many programs break base64 into lines."""
    try:
        return base64.b64decode("".join(file.split()), validate=True)
    except ValueError as error:
        raise AuthFileInvalid("The file is not base64.") from error


async def _hand_in(owners: Owners, uid: str, passphrase: str, file: bytes, request_id: str) -> ImportAuth:
    """The command that imports a file, which is brought to the host in parts before when it is large."""
    parts = [base64.b64encode(file[begin : begin + FILE_PART]).decode() for begin in range(0, len(file), FILE_PART)]
    if len(parts) <= 1:
        return ImportAuth(passphrase=passphrase, file="".join(parts))
    token = secrets.token_urlsafe(16)
    for place, part in enumerate(parts):
        await owners.reach(
            uid,
            KeepFilePart(token=token, offset=place * FILE_PART, data=part),
            request_id=request_id,
            within=_FOUND_WITHIN,
            answer_within=_ANSWER_WITHIN,
        )
    return ImportAuth(passphrase=passphrase, file="", token=token)


async def _put_back(serving: Services, session: Session, before: Session | None, request_id: str) -> None:
    """Stop or delete it again, unless somebody paired it meanwhile; what cannot be done now, its host does later."""
    now = await serving.sessions.get(session.uid)
    if now is None or now.report.number is not None:
        return
    with contextlib.suppress(WagateError):  # the caller is told why the import failed
        if before is None:
            await ending.delete(serving, session, request_id=request_id)
        elif before.desired is Desired.STOPPED:
            await lifecycle.stop(serving, session, request_id=request_id)
