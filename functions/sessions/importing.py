"""Connects a session with an exported pairing; what it made for that goes when the pairing is refused."""

from __future__ import annotations

import base64
import contextlib

from functions.services import Services
from functions.sessions import lifecycle
from functions.sessions.logging_in import still_wanted, wanted
from functions.sessions.schemas import ImportBody, StatusAnswer, status_answer
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands import ImportAuth, StatusReply
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
    command = ImportAuth(passphrase=body.passphrase, file=_base64(body.file))
    before = await serving.session_rows.find(key.id, name)
    session = await wanted(serving, key, name)
    try:
        reply = await serving.owners.reach(
            session.uid,
            command,
            StatusReply,
            request_id=request_id,
            within=_FOUND_WITHIN,
            answer_within=_ANSWER_WITHIN,
            meanwhile=lambda: still_wanted(serving, session),
        )
    except NoAnswer:
        if not serving.bus.connected:
            raise BusUnavailable(retry_after=2) from None
        raise NoHost("The session's host did not answer; GET /api/status says whether it was done.") from None
    except NoResponder:
        await _put_back(serving, session, before, request_id)
        raise NoHost(retry_after=5) from None
    except WagateError:
        await _put_back(serving, session, before, request_id)
        raise
    return status_answer(session, reply)


def _base64(file: str) -> str:
    """As one line: many programs break it into several."""
    text = "".join(file.split())
    try:
        base64.b64decode(text, validate=True)
    except ValueError as error:
        raise AuthFileInvalid("The file is not base64.") from error
    return text


async def _put_back(serving: Services, session: Session, before: Session | None, request_id: str) -> None:
    """Stop or delete it again, unless somebody paired it meanwhile; what cannot be done now, its host does later."""
    now = await serving.sessions.get(session.uid)
    if now is None or now.report.number is not None:
        return
    with contextlib.suppress(WagateError):  # the caller is told why the import failed
        if before is None:
            await lifecycle.delete(serving, session, request_id=request_id)
        elif before.desired is Desired.STOPPED:
            await lifecycle.stop(serving, session, request_id=request_id)
