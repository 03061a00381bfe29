"""The catalogue of errors: every code a caller can ever see, with its HTTP status, meaning and remedy.

A module for each family. The page `docs/errors.md` is generated from these classes, and an error that crosses NATS is
rebuilt from its code.
"""

from __future__ import annotations

from typing import Any

from shared.errors.base import WagateError
from shared.errors.events import CursorInvalid, EventsGone, TooManyStreams
from shared.errors.gateway import (
    BusUnavailable,
    Internal,
    NoHost,
    Overloaded,
    SandboxRefused,
    SecretsKeyMissing,
    SecretUnreadable,
    StoreUnavailable,
)
from shared.errors.groups import (
    GroupConflict,
    GroupInvalid,
    GroupLimit,
    GroupNotAllowed,
    GroupNotFound,
    InviteInvalid,
    NotInGroup,
)
from shared.errors.keys import (
    AdminKeyInvalid,
    AdminKeyMissing,
    KeyExpired,
    KeyInvalid,
    KeyMissing,
    KeyNotFound,
    KeyRevoked,
    ScopeMissing,
)
from shared.errors.media import (
    MediaEmpty,
    MediaNotFound,
    MediaNotUploaded,
    MediaQuota,
    MediaTooHeavy,
    MediaTooLarge,
    MediaTypeUnsupported,
    MediaUnreadable,
    MediaUrlFailed,
    MediaUrlRefused,
    PictureTooLarge,
    RangeNotSatisfiable,
    StorageFull,
)
from shared.errors.messages import (
    ChatNotFound,
    ContentUnfit,
    IdempotencyKeyReused,
    MessageExpired,
    MessageNotFound,
    NotDecrypted,
    NumberInvalid,
    NumberNotOnWhatsApp,
    QueueFull,
    SenderChanged,
    SendInFlight,
    SendUnknown,
    TextTooLong,
)
from shared.errors.newsletters import NewsletterInvalid, NewsletterNotAllowed, NewsletterNotFound
from shared.errors.people import ContactLinkInvalid, NoAppState, NoPushName, NotABusiness
from shared.errors.requests import (
    BadRequest,
    BodyTooLarge,
    FormNotOurs,
    HeadersTooLarge,
    MethodNotAllowed,
    NotFound,
    RequestTimeout,
    TooManyConnections,
    TooManyRequests,
    UnsupportedMediaType,
)
from shared.errors.sessions import (
    AuthFileInvalid,
    BadSessionName,
    ExportTooLarge,
    HostNotFound,
    ProxyRefused,
    SessionAlreadyConnected,
    SessionLimit,
    SessionNameTaken,
    SessionNotFound,
    SessionNotPaired,
    ShardTakesNone,
    TooManyLogins,
    TooManyNewSessions,
    UnlinkPending,
)
from shared.errors.status import NobodyToSee
from shared.errors.targets import TargetNotFound, TargetNotOwn, TargetTooOld, TargetUnfit
from shared.errors.whatsapp import (
    Disconnected,
    NotSupported,
    RateLimited,
    Unreachable,
    WhatsAppRefused,
    WhatsAppSilent,
)

__all__ = [
    "CATALOGUE",
    "AdminKeyInvalid",
    "AdminKeyMissing",
    "AuthFileInvalid",
    "BadRequest",
    "BadSessionName",
    "BodyTooLarge",
    "BusUnavailable",
    "ChatNotFound",
    "ContactLinkInvalid",
    "ContentUnfit",
    "CursorInvalid",
    "Disconnected",
    "EventsGone",
    "ExportTooLarge",
    "FormNotOurs",
    "GroupConflict",
    "GroupInvalid",
    "GroupLimit",
    "GroupNotAllowed",
    "GroupNotFound",
    "HeadersTooLarge",
    "HostNotFound",
    "IdempotencyKeyReused",
    "Internal",
    "InviteInvalid",
    "KeyExpired",
    "KeyInvalid",
    "KeyMissing",
    "KeyNotFound",
    "KeyRevoked",
    "MediaEmpty",
    "MediaNotFound",
    "MediaNotUploaded",
    "MediaQuota",
    "MediaTooHeavy",
    "MediaTooLarge",
    "MediaTypeUnsupported",
    "MediaUnreadable",
    "MediaUrlFailed",
    "MediaUrlRefused",
    "MessageExpired",
    "MessageNotFound",
    "MethodNotAllowed",
    "NewsletterInvalid",
    "NewsletterNotAllowed",
    "NewsletterNotFound",
    "NoAppState",
    "NoHost",
    "NoPushName",
    "NobodyToSee",
    "NotABusiness",
    "NotDecrypted",
    "NotFound",
    "NotInGroup",
    "NotSupported",
    "NumberInvalid",
    "NumberNotOnWhatsApp",
    "Overloaded",
    "PictureTooLarge",
    "ProxyRefused",
    "QueueFull",
    "RangeNotSatisfiable",
    "RateLimited",
    "RequestTimeout",
    "SandboxRefused",
    "ScopeMissing",
    "SecretUnreadable",
    "SecretsKeyMissing",
    "SendInFlight",
    "SendUnknown",
    "SenderChanged",
    "SessionAlreadyConnected",
    "SessionLimit",
    "SessionNameTaken",
    "SessionNotFound",
    "SessionNotPaired",
    "ShardTakesNone",
    "StorageFull",
    "StoreUnavailable",
    "TargetNotFound",
    "TargetNotOwn",
    "TargetTooOld",
    "TargetUnfit",
    "TextTooLong",
    "TooManyConnections",
    "TooManyLogins",
    "TooManyNewSessions",
    "TooManyRequests",
    "TooManyStreams",
    "UnlinkPending",
    "Unreachable",
    "UnsupportedMediaType",
    "WagateError",
    "WhatsAppRefused",
    "WhatsAppSilent",
    "from_code",
]

CATALOGUE: dict[str, type[WagateError]] = {error.code: error for error in WagateError.__subclasses__()}
"""Every error by its code."""


def from_code(code: str, message: str, *, retry_after: float | None = None, details: dict[str, Any]) -> WagateError:
    """Rebuild an error that crossed the wire; a code of a newer version becomes `Internal`."""
    return CATALOGUE.get(code, Internal)(message, retry_after=retry_after, **details)
