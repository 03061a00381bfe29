"""Signal sessions and sender keys as the library keeps them, in JSON, taken back to where they were.

Every message of a chain has a key of its own, and the chain moves on when one is opened. With the chain as it was
before, the message can be opened again; what is sent has a chain of its own and is never taken back, or the other side
would drop what comes as what it had. A chain that was begun since is taken back to its beginning, where that leads to
what it is now. The steps are those of signal.org/docs/specifications/doubleratchet.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from typing import Any

import orjson

MOST_BACK = 500
"""Messages that a chain is taken back at most: the library goes 2,000 ahead."""
_CURVE = b"\x05"

State = dict[str, Any]


class NoRecord(ValueError):  # noqa: N818 - it says what is
    """It is no record as the library writes one."""


def session_before(now: bytes, before: Sequence[bytes | None]) -> bytes | None:
    """A session whose receiving chains are where they were; None: as if there had been none.

    Args:
        now: the sessions with one device, as they are.
        before: as they were before each of the last moves, the oldest first; None: there was none.

    Raises:
        NoRecord: what of it cannot be read.
    """
    try:
        record, past = orjson.loads(now), [None if each is None else orjson.loads(each) for each in before]
        current: State = record["SessionState"]
        states: list[State | None] = [None if each is None else each["SessionState"] for each in past]
        same = [each is not None and each["SenderBaseKey"] == current["SenderBaseKey"] for each in states]
        if not all(same) and _is_unanswered(current):
            return before[len(same) - 1 - same[::-1].index(False)]
        earlier = [each for each, is_same in zip(states, same, strict=True) if is_same and each is not None]
        chains = [_chain_before(chain, earlier) for chain in current["ReceiverChains"]]
        return now if chains == current["ReceiverChains"] else _written(record, current, chains)
    except (ValueError, KeyError, TypeError) as error:
        raise NoRecord(str(error)) from error


def sender_key_before(now: bytes, before: Sequence[bytes | None]) -> bytes:
    """A sender key of somebody else's whose chains are where they were; one of ours stays.

    Raises NoRecord: what of it cannot be read.
    """
    try:
        record = orjson.loads(now)
        past = [state for each in before if each is not None for state in orjson.loads(each)["SenderKeyStates"]]
        states = [_key_before(state, past) for state in record["SenderKeyStates"]]
        return now if states == record["SenderKeyStates"] else orjson.dumps(record | {"SenderKeyStates": states})
    except (ValueError, KeyError, TypeError) as error:
        raise NoRecord(str(error)) from error


def _written(record: State, current: State, chains: list[State]) -> bytes:
    return orjson.dumps(record | {"SessionState": current | {"ReceiverChains": chains}})


def _is_unanswered(session: State) -> bool:
    """Whether the other side began it and we have sent nothing in it."""
    return session["SenderChain"]["ChainKey"]["Index"] == 0 and len(session["ReceiverChains"]) == 1


def _chain_before(chain: State, earlier: Sequence[State]) -> State:
    ratchet = chain["SenderRatchetKeyPublic"]
    found = [
        [each for each in session["ReceiverChains"] if each["SenderRatchetKeyPublic"] == ratchet] for session in earlier
    ]
    if found and not found[0]:
        began = _begun(chain, earlier[max(place for place, chains in enumerate(found) if not chains)])
        if began is not None:
            return began
    return _oldest(chain, [each for chains in found for each in chains], lambda each: each["ChainKey"]["Index"])


def _begun(chain: State, session: State) -> State | None:
    """A chain at its beginning, which this session went on with; None when it did not, or it is too long ago."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey  # noqa: PLC0415

    index = chain["ChainKey"]["Index"]
    if index > MOST_BACK:
        return None
    own = X25519PrivateKey.from_private_bytes(b64decode(session["SenderChain"]["SenderRatchetKeyPrivate"]))
    theirs = b64decode(chain["SenderRatchetKeyPublic"]).removeprefix(_CURVE)
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    first = key = _second_half(shared, b64decode(session["RootKey"]), b"WhisperRatchet")
    for _ in range(index):
        key = hmac.digest(key, b"\x02", hashlib.sha256)
    if key != b64decode(chain["ChainKey"]["Key"]):
        return None
    return chain | {"ChainKey": {"Key": b64encode(first).decode(), "Index": 0}, "MessageKeys": []}


def _second_half(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """The second 32 of 64 bytes of HKDF-SHA256."""
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    first = hmac.digest(extracted, info + b"\x01", hashlib.sha256)
    return hmac.digest(extracted, first + info + b"\x02", hashlib.sha256)


def _key_before(state: State, past: Sequence[State]) -> State:
    if any(b64decode(state["SigningKeyPrivate"] or "")):
        return state
    same = [each for each in past if all(each[name] == state[name] for name in ("KeyID", "SigningKeyPublic"))]
    return _oldest(state, same, lambda each: each["SenderChainKey"]["Iteration"])


def _oldest(now: State, past: Sequence[State], index: Callable[[State], int]) -> State:
    """The one that is furthest back, and not too far."""
    near = [each for each in past if index(now) - MOST_BACK <= index(each) <= index(now)]
    return min(near, key=index, default=now)
