"""Chooses other settings for a session, and has its host go by them."""

from __future__ import annotations

from typing import Any

import orjson

from functions.http.bodies import validate
from functions.services import Services
from functions.sessions.proxies import check_proxy
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.sessions import Reconsider
from shared.errors import SessionNotFound, WagateError
from shared.sessions.chosen import Choices, merged
from shared.sessions.model import Session
from shared.sessions.sealed_proxy import sealed_proxy

_ANSWER_WITHIN = 10.0


async def choose(serving: Services, known: Session, given: dict[str, Any], *, request_id: str) -> tuple[Session, bool]:
    """The session after a change of those settings that are given, by their names in JSON; whether they count already.

    Raises:
        BadRequest: they make no sense together.
        ProxyRefused: see there.
        SecretsKeyMissing: see there.
        SessionNotFound: it was deleted this moment.
    """
    if (proxy := given.get("proxy")) is not None:
        await check_proxy(proxy, serving.allowed)
        given = given | {"proxy": sealed_proxy(proxy, known.uid, serving.sealer)}
    session = await serving.sessions.choose(known.uid, lambda before: _chosen(before, given))
    if session is None:
        raise SessionNotFound(f"This key has no session '{known.name}'.", sessionId=known.name)
    serving.session_rows.forget(known)
    return session, await _applied(serving, session, given, request_id)


def _chosen(before: str | None, given: dict[str, Any]) -> str:
    """The settings after a change. Raises BadRequest where they make no sense together."""
    after = merged(before, given)
    said: dict[str, Any] = orjson.loads(after)
    validate(Choices, {name: value for name, value in said.items() if name in given})
    return after


async def _applied(serving: Services, session: Session, given: dict[str, Any], request: str) -> bool:
    """Have the host of a session read its settings; whether those that were given count now."""
    try:
        reply = await serving.owners.reach(
            session.uid, Reconsider(), request_id=request, within=0, answer_within=_ANSWER_WITHIN
        )
    except NoResponder:
        return session.owner is None  # who takes it reads them first
    except (NoAnswer, WagateError):
        return False
    return given.keys() <= set(reply.settings or ())
