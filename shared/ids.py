"""Every id of the gateway is made and checked here.

A session has two names: the one its owner chose (`name`, unique within a key, can be changed) and `uid`, which
never changes. Only the uid goes into NATS subjects, folders, storage keys and database names, so nothing a tenant
writes reaches them.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import threading
import time

from shared.errors import BadSessionName

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
SESSION_NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_SESSION_NAME = re.compile(SESSION_NAME_PATTERN)
_MESSAGE_ID = re.compile(r"msg_[0-9a-hjkmnp-tv-z]{26}")
_FILE_ID = re.compile(r"med_[0-9a-hjkmnp-tv-z]{26}")

API_KEY_PREFIX = "wa_"
ADMIN_KEY_PREFIX = "wadmin_"
"""What an admin key begins with that `wagate up` made; one that people choose may begin with anything."""
DEFAULT_SESSION = "default"


_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


_PLACES = range(120, -1, -10)


def _encode(value: int) -> str:
    """26 characters, two at a time."""
    return "".join([_PAIRS[value >> place & 1023] for place in _PLACES])


class _Sortable:
    """Makes 26 characters: 48 bits of milliseconds, then 80 random bits (the layout of a ULID).

    They sort by time, and within a millisecond of one process in the order they were made: the queue of a session is
    the order of its ids.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self, at_ms: int) -> str:
        with self._lock:
            same = self._last >> _RANDOM_BITS == at_ms
            self._last = self._last + 1 if same else at_ms << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
            return _encode(self._last)


_sortable = _Sortable()
_MESSAGE = "msg_"
_AUDIT = "aud_"
_RANDOM_BITS = 80
_PART_BITS = 8
_MOMENT = slice(len(_MESSAGE), len(_MESSAGE) + 10)
"""Where an id has its milliseconds: 50 bits, of which the first two are 0."""
_AS_PYTHON = str.maketrans(_ALPHABET, string.digits + string.ascii_lowercase[: len(_ALPHABET) - 10])
"""Letters as Python's `int` takes them."""


def now_ms() -> int:
    """Wall clock in milliseconds since 1970, the unit of every stored time."""
    return time.time_ns() // 1_000_000


def new_key_id() -> str:
    """Id of an API key: safe to show and to log, unlike the key."""
    return "key_" + _sortable(now_ms())


def new_forwarder_id() -> str:
    """The id of a new forwarder; sorts by time."""
    return "fwd_" + _sortable(now_ms())


def new_session_uid() -> str:
    """The unchanging id of a session."""
    return "ses_" + _sortable(now_ms())


def new_message_id() -> str:
    """Id of an outbound message; sorts by the time it was made."""
    return _MESSAGE + _sortable(now_ms())


def new_audit_id() -> str:
    """Id of an entry of the audit log; they sort by time."""
    return f"{_AUDIT}{_sortable(now_ms())}"


def audited_at(audit_id: str) -> int:
    """When an entry of the audit log was made, in milliseconds since 1970: its id says so."""
    return int(audit_id[len(_AUDIT) : len(_AUDIT) + 10].translate(_AS_PYTHON), 32)


def first_message_id(at_ms: int) -> str:
    """Every id of a message that was made before this moment sorts before it, and no other one."""
    return _MESSAGE + _encode(at_ms << _RANDOM_BITS)


def made_at(message_id: str) -> int:
    """When an outbound message was made, in milliseconds since 1970: its id says so."""
    return int(message_id[_MOMENT].translate(_AS_PYTHON), 32)


def part_id(message_id: str, place: int) -> str:
    """Id of a part of a message that consists of several: always the same, and in the queue behind that one.

    Args:
        message_id: of the whole.
        place: of the part, from 0 to 255.
    """
    own = int.from_bytes(hashlib.sha256(message_id.encode()).digest()[: (_RANDOM_BITS - _PART_BITS) // 8])
    return _MESSAGE + _encode((made_at(message_id) + 1) << _RANDOM_BITS | own << _PART_BITS | place)


def new_file_id() -> str:
    """Id of a file: an upload, or what came with a message. A file's name and an object's key are made of it."""
    return "med_" + _sortable(now_ms())


def new_webhook_id() -> str:
    """Id of a webhook."""
    return "wh_" + _sortable(now_ms())


def new_replay_id() -> str:
    """Id of events that are to be delivered once more."""
    return "rpl_" + _sortable(now_ms())


def new_host_id() -> str:
    """Id of a machine that runs sessions, made once for its data folder."""
    return "host_" + _sortable(now_ms())


def new_request_id() -> str:
    """Id of one HTTP request, in its answer and in every log line about it."""
    return "req_" + _sortable(now_ms())


def event_id(at_ms: int, name: str) -> str:
    """Id of an event for tenants: always the same for one event of the log, and sorts by the time it happened.

    Args:
        at_ms: when it happened.
        name: the event's name in the log.
    """
    own = int.from_bytes(hashlib.sha256(name.encode()).digest()[: _RANDOM_BITS // 8])
    return "evt_" + _encode(at_ms << _RANDOM_BITS | own)


def happened_at(event: str) -> int:
    """When an event happened, in milliseconds since 1970: its id says so."""
    return int(event[len(_MESSAGE) : len(_MESSAGE) + 10].translate(_AS_PYTHON), 32)


def new_api_key() -> str:
    """A secret of 256 random bits, `wa_` in front."""
    return API_KEY_PREFIX + secrets.token_urlsafe(32)


def hash_api_key(api_key: str) -> str:
    """What is stored of a key: SHA-256 in hex. A slow hash guards weak passwords; 256 random bits need none."""
    return hashlib.sha256(api_key.encode()).hexdigest()


def check_session_name(name: str) -> str:
    """Return the name unchanged; raises BadSessionName with the rule when it breaks it."""
    if not _SESSION_NAME.fullmatch(name):
        raise BadSessionName(sessionId=name[:80])
    return name


def is_message_id(text: str) -> bool:
    """Whether the text has the form of an outbound message's id."""
    return _MESSAGE_ID.fullmatch(text) is not None


def is_file_id(text: str) -> bool:
    """Whether the text has the form of a file's id."""
    return _FILE_ID.fullmatch(text) is not None
