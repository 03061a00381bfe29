"""An exception for each error code of the API. Made by `make clients`: do not edit."""

from __future__ import annotations

from wagate_client.problems import WagateError


class AddressNotAllowed(WagateError):
    """This API key may not be used from this address."""

    remedy = "Use it from an allowed address, or ask the administrator to allow this one."


class AdminKeyInvalid(WagateError):
    """The admin key is wrong."""

    remedy = "On one machine it is in the file 'admin-key' of the data folder."


class AdminKeyMissing(WagateError):
    """No admin key was given."""

    remedy = "Send it in the header 'X-Admin-Key'. On one machine it is in the file 'admin-key' of the data folder."


class AuthFileInvalid(WagateError):
    """The exported pairing cannot be opened."""

    remedy = "Check the passphrase, and check that you sent the whole file."


class BadRequest(WagateError):
    """The request is malformed."""

    remedy = "Correct the field that the answer names, and send the request again."


class BadSessionName(WagateError):
    """A session cannot have this name."""

    remedy = "Use 1 to 64 letters, digits, '.', '_' or '-'. Begin with a letter or a digit."


class BodyTooLarge(WagateError):
    """The request is too large."""

    remedy = "Send less. The limit is in the answer."


class BusUnavailable(WagateError):
    """The gateway's message bus (NATS) does not answer."""

    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class ChatNotAllowed(WagateError):
    """This API key is limited to other chats."""

    remedy = "Use one of those in GET /api/key, or ask the administrator to change them."


class ChatNotFound(WagateError):
    """This session has no messages in that chat."""

    remedy = "GET /api/chats lists the chats. Old messages expire, and POST /api/clear-messages removes them."


class ContactLinkInvalid(WagateError):
    """Nobody on WhatsApp has this link. It may have been replaced."""

    remedy = "Ask its owner for the new one. It looks like https://wa.me/qr/ABCDEFGHIJKLMN."


class ContentUnfit(WagateError):
    """WhatsApp does not have this kind of message in newsletters or status posts. Nothing was sent."""

    remedy = "The answer lists the kinds that it has."


class CursorInvalid(WagateError):
    """This is not a cursor of this key's events."""

    remedy = "Give the 'next' of an answer, the 'cursor' of an event, or 'latest', unchanged."


class DeliveryNotFound(WagateError):
    """This webhook has no delivery of that event, or it is too old."""

    remedy = "GET /api/webhooks/{id}/deliveries lists its deliveries. POST .../replay sends events from the log again."


class EventsGone(WagateError):
    """The log no longer has all events that follow this cursor."""

    remedy = "Go on from the 'next' of this answer. Messages that you missed are in the inbox."


class EventsNotTaken(WagateError):
    """Too many events were sent on this WebSocket without an acknowledgement."""

    remedy = "Connect again from the 'next' of this answer, and acknowledge the events that you have handled: {\"ack\": cursor}."


class ExportTooLarge(WagateError):
    """The pairing is too large for one file."""

    remedy = "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)."


class FormNotOurs(WagateError):
    """A page of this console did not send this form, or you are no longer logged in."""

    remedy = "Load the page again and repeat what you did."


class ForwarderNotFound(WagateError):
    """There is no forwarder with this id."""

    remedy = "List them with GET /api/admin/forwarders."


class GroupConflict(WagateError):
    """Somebody else changed the group at the same moment, or the group is already as you want it."""

    remedy = "Read the group. Ask again if the change is still needed."


class GroupInvalid(WagateError):
    """This is not the address of a group."""

    remedy = "Use the 'jid' of GET /api/groups: it ends in '@g.us'."


class GroupLimit(WagateError):
    """A limit of WhatsApp is reached: members of this group, or groups of this number."""

    remedy = "Use another group, or remove a member first."


class GroupNotAllowed(WagateError):
    """WhatsApp does not let this number do that in the group: it is no admin, or not a member."""

    remedy = "Ask an admin to promote it, or to do it on a phone. Nothing was changed."


class GroupNotFound(WagateError):
    """WhatsApp has no such group."""

    remedy = "List the session's groups with GET /api/groups."


class HeadersTooLarge(WagateError):
    """The address and the headers of the request are longer than 64 KiB."""

    remedy = "Send long values in the body."


class HostNotFound(WagateError):
    """No living session host has this name."""

    remedy = "List the hosts and their shards with GET /api/admin/hosts."


class IdempotencyKeyReused(WagateError):
    """This Idempotency-Key was used before, with another body."""

    remedy = "Use a new key for a new message. To repeat a request, repeat the same body."


class Internal(WagateError):
    """Something went wrong in the gateway."""

    remedy = "Repeat the request with the same Idempotency-Key, and report the requestId."


class InviteInvalid(WagateError):
    """WhatsApp does not accept this invitation: it was revoked, has expired, or never existed."""

    remedy = "Ask an admin of the group for a new link."


class KeyExpired(WagateError):
    """This API key has expired."""

    remedy = "Ask the administrator for a new one."


class KeyInvalid(WagateError):
    """This API key is unknown."""

    remedy = "Check that you copied the whole key, or ask the administrator for a new one."


class KeyMissing(WagateError):
    """No API key was given."""

    remedy = "Send it in the header 'X-API-Key: wa_...', never in the address."


class KeyNotFound(WagateError):
    """There is no such API key."""

    remedy = "List the keys with GET /api/admin/apikeys."


class KeyRevoked(WagateError):
    """This API key was revoked."""

    remedy = "Ask the administrator for a new one."


class LinkOver(WagateError):
    """This link was used before, or is older than an hour."""

    remedy = "Ask whoever gave it to you for a new one."


class MediaEmpty(WagateError):
    """The file is empty."""

    remedy = "Send the file itself. With curl, put '@' before its name: -F file=@photo.jpg."


class MediaNotFound(WagateError):
    """This key has no file with this id. It may have been removed."""

    remedy = "Upload it again with POST /api/upload. An upload that no message uses is removed after a day."


class MediaNotUploaded(WagateError):
    """WhatsApp's media servers did not take the file."""

    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class MediaQuota(WagateError):
    """The files of this API key take all the room that it may use."""

    remedy = "Wait until older files expire, or ask whoever runs the gateway to raise WAGATE_MEDIA_KEY_BYTES."


class MediaTooHeavy(WagateError):
    """Preparing the file for WhatsApp took more memory or time than one file may take."""

    remedy = "Make it shorter or smaller, use a format that WhatsApp accepts unchanged, or send it as a document."


class MediaTooLarge(WagateError):
    """The file is too large."""

    remedy = "Send a smaller one. The limit in bytes is in the answer."


class MediaTypeUnsupported(WagateError):
    """A file of this type cannot be sent as this kind of message, whatever its name says."""

    remedy = "Convert it, or send it as a document. The type that was found is in the answer."


class MediaUnreadable(WagateError):
    """The file cannot be read: it is damaged, cut off, or has another format than it should."""

    remedy = "Send a file that opens in other programs, or send it as a document."


class MediaUrlFailed(WagateError):
    """The gateway could not fetch the file from its address."""

    remedy = "Check that the address opens without a login, or upload the file with POST /api/upload."


class MediaUrlRefused(WagateError):
    """The gateway does not fetch files from this address."""

    remedy = "Use a public address with http or https. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW."


class MessageExpired(WagateError):
    """The message waited longer than its 'expiresIn'. It was not sent."""

    remedy = "Send it again when the session is connected."


class MessageNotFound(WagateError):
    """This key sent no message with this id."""

    remedy = "Use the 'id' from the answer to the send. Messages are kept for 30 days."


class MethodNotAllowed(WagateError):
    """This address does not accept this method."""

    remedy = "The header 'Allow' of this answer lists those that it accepts. All routes are at /docs."


class NewsletterInvalid(WagateError):
    """This is neither the address nor the link of a newsletter."""

    remedy = "Use the 'jid' of GET /api/newsletters, which ends in '@newsletter', or the link that people share."


class NewsletterNotAllowed(WagateError):
    """WhatsApp does not let this number do that: only the owner may, or only followers."""

    remedy = "Follow the newsletter first. An owner cannot stop following. Nothing was changed."


class NewsletterNotFound(WagateError):
    """WhatsApp has no such newsletter."""

    remedy = "List the session's newsletters with GET /api/newsletters, or ask its owner for the link."


class NobodyToSee(WagateError):
    """Nobody would see this status post: the phone has no saved contact that its privacy settings allow. Nothing was posted."""

    remedy = (
        "On the phone, save contacts, or change who sees status updates. GET /api/status-updates/audience lists them."
    )


class NotABusiness(WagateError):
    """WhatsApp does not show this number as a business."""

    remedy = "GET /api/contacts/{number} tells what a person shows about themselves."


class NotDecrypted(WagateError):
    """A device of the recipient could not decrypt the message, and it cannot be sent to it again."""

    remedy = "Another device of theirs may have it. Ask them, or send it as a new message."


class NotFound(WagateError):
    """There is nothing at this address."""

    remedy = "See the list of routes at /docs."


class NotInGroup(WagateError):
    """The session's number is not in that group."""

    remedy = "Join it with an invite link first: POST /api/group/accept-invite."


class NotSupported(WagateError):
    """WhatsApp can do this, but the client library of the gateway cannot."""

    remedy = "docs/not-supported.md has the reason, and what to do instead. Nothing was done."


class NoAppState(WagateError):
    """The phone has not given this session the keys of its settings yet, so it cannot change them."""

    remedy = "The phone gives them soon after pairing. Put it online and try again, or pair again. Nothing was done."


class NoHost(WagateError):
    """No session host holds this session at the moment."""

    remedy = "Try again after 'Retry-After' seconds. If it lasts, check that a session host runs: 'wagate doctor'."


class NoPushName(WagateError):
    """The session does not know its own display name yet, and WhatsApp needs it."""

    remedy = "The phone tells it soon after pairing. Try again then, or set a name on the phone. Nothing was done."


class NumberInvalid(WagateError):
    """This is not a phone number or a WhatsApp address."""

    remedy = "Write the number with its country code, digits only: 628123456789."


class NumberNotOnWhatsapp(WagateError):
    """This number is not on WhatsApp."""

    remedy = "Check the number with its owner. Nothing was sent."


class Overloaded(WagateError):
    """The gateway is too busy. Nothing was accepted."""

    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class PictureTooLarge(WagateError):
    """The picture has too many pixels."""

    remedy = "Make it smaller. The limit is in the answer."


class ProxyRefused(WagateError):
    """The gateway does not connect to that proxy."""

    remedy = "Use a proxy at a public address. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW."


class QueueFull(WagateError):
    """Too many messages of this session wait already. This one was not accepted."""

    remedy = "Connect the session so that they go out, or try again after 'Retry-After' seconds."


class RangeNotSatisfiable(WagateError):
    """The file is shorter than that."""

    remedy = "Ask for bytes below its size. The header 'Content-Range' of this answer has the size."


class RateExceeded(WagateError):
    """This API key makes more requests than it may."""

    remedy = "Wait 'Retry-After' seconds. The headers 'RateLimit' of every answer say how much is left."


class RequestTimeout(WagateError):
    """The request did not arrive in time."""

    remedy = "Send it again on another connection."


class SandboxRefused(WagateError):
    """The sandbox did not do what the console asked."""

    remedy = "Try again, or restart 'wagate sandbox'."


class ScopeMissing(WagateError):
    """This API key may not do that."""

    remedy = "Use a key that has the scope named in the answer."


class SecretsKeyMissing(WagateError):
    """The gateway has no key to encrypt secrets with, so it cannot keep this one."""

    remedy = "Whoever runs the gateway sets WAGATE_SECRETS_KEY, the same for the API and every session host."


class SecretReplaced(WagateError):
    """This secret of the API key was replaced, and its overlap time is over."""

    remedy = "Use the new secret, or ask the administrator for another one."


class SecretUnreadable(WagateError):
    """The gateway cannot decrypt a secret that it keeps: the key that encrypted it is missing."""

    remedy = "Give the secret again. Or whoever runs the gateway puts that key back: 'wagate doctor' names it."


class SenderChanged(WagateError):
    """The session was linked to another number before this message went out. It was not sent."""

    remedy = "Send it again if the session's new number may send it."


class SendInFlight(WagateError):
    """The send with this Idempotency-Key is still under way."""

    remedy = "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}."


class SendUnknown(WagateError):
    """The message was handed to WhatsApp, and nobody can know whether it arrived there."""

    remedy = "The gateway never sends it again by itself. Ask GET /api/messages/{id} later: a receipt may settle it."


class SessionAlreadyConnected(WagateError):
    """This session is already linked to a number."""

    remedy = "Log it out first with POST /api/sessions/{name}/logout, or use another session name."


class SessionLimit(WagateError):
    """This key has as many sessions as it may have."""

    remedy = "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'."


class SessionNameTaken(WagateError):
    """This key has another session with this name."""

    remedy = "Use another name, or rename or delete that session first."


class SessionNotAllowed(WagateError):
    """This API key is limited to other sessions."""

    remedy = "Use one of those in GET /api/key, or ask the administrator to change them."


class SessionNotFound(WagateError):
    """This key has no session with this name."""

    remedy = "GET /api/sessions lists its sessions. GET /api/qr makes a new one."


class SessionNotPaired(WagateError):
    """This session is not linked to a phone."""

    remedy = "Link it first: GET /api/qr."


class ShardTakesNone(WagateError):
    """This shard takes no more sessions: it is draining, or it is full."""

    remedy = "Choose another from GET /api/admin/hosts, or leave 'to' out."


class StorageFull(WagateError):
    """The gateway has no room for more files. Nothing was kept."""

    remedy = "Ask whoever runs the gateway to free disk space or to raise WAGATE_MEDIA_BYTES."


class StoreUnavailable(WagateError):
    """The gateway's store does not answer. Nothing was accepted."""

    remedy = "Try again after 'Retry-After' seconds."


class TargetNotFound(WagateError):
    """The session has no such message, neither received nor sent. Nothing was sent."""

    remedy = (
        "Use the 'id' of a message in the inbox of that chat, or the 'id' or 'messageId' from the answer to a send."
    )


class TargetNotOwn(WagateError):
    """This works only for messages that the session's own number sent. Nothing was sent."""

    remedy = "Use the id of one of its own messages."


class TargetTooOld(WagateError):
    """WhatsApp allows this only for some time after a message, and that time is over. Nothing was sent."""

    remedy = "The limit in seconds is in the answer. Send a new message instead."


class TargetUnfit(WagateError):
    """This cannot be done to that kind of message. Nothing was sent."""

    remedy = "The answer says why."


class TextTooLong(WagateError):
    """The text is too long for WhatsApp."""

    remedy = "Split it. The limit is in the answer."


class TooManyConnections(WagateError):
    """Your address has too many open requests."""

    remedy = "Use fewer connections, and send many requests on each, one after the other."


class TooManyLogins(WagateError):
    """Too many sessions of this key wait for a phone. This session was stopped."""

    remedy = "Scan, pair or delete some of them, or try again after 'Retry-After' seconds."


class TooManyNewSessions(WagateError):
    """This key makes new sessions too fast."""

    remedy = "Wait 'Retry-After' seconds. Sessions that exist are not affected."


class TooManyRequests(WagateError):
    """Too many requests."""

    remedy = "Wait 'Retry-After' seconds."


class TooManyStreams(WagateError):
    """Too many streams of events are open."""

    remedy = "Close one, or use GET /api/events with 'wait'."


class UnlinkPending(WagateError):
    """The session was logged out, but WhatsApp has not been told yet: the phone still lists the device."""

    remedy = "On the phone, open WhatsApp, Linked devices, choose the device, Log out. Then ask again. Or delete the session: its name is free at once."


class UnsupportedMediaType(WagateError):
    """The body is not JSON."""

    remedy = "Send JSON with the header 'Content-Type: application/json'."


class UpgradeRequired(WagateError):
    """This address speaks WebSocket only."""

    remedy = "Open a WebSocket here, or use GET /api/events/stream or GET /api/events."


class UrlRefused(WagateError):
    """The gateway sends nothing to this address: it is in a private network, or does not exist."""

    remedy = (
        "Give an address that the internet can reach. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW."
    )


class WaDisconnected(WagateError):
    """The session is not connected to WhatsApp. Nothing was sent or queued."""

    remedy = "See 'connectionStatus'. If it says so, scan a new QR code: GET /api/qr. Or send with \"queue\": true."


class WaNoAnswer(WagateError):
    """WhatsApp did not answer."""

    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class WaRateLimited(WagateError):
    """WhatsApp limits how often this number may ask or send. It refuses for now."""

    remedy = "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly."


class WaRefused(WagateError):
    """WhatsApp refused the request."""

    remedy = "Its number is in 'waCode': docs/errors.md explains each, below the codes. Nothing was sent."


class WaUnreachable(WagateError):
    """WhatsApp cannot be reached from this host."""

    remedy = "Check that this host can open https://web.whatsapp.com. The session connects by itself as soon as it can."


class WebhookLimit(WagateError):
    """This key has as many webhooks as it may have."""

    remedy = "Delete one with DELETE /api/webhooks/{id}, or let one serve several sessions."


class WebhookNotFound(WagateError):
    """This key has no such webhook."""

    remedy = "List the key's webhooks with GET /api/webhooks."


BY_CODE: dict[str, type[WagateError]] = {
    "ADDRESS_NOT_ALLOWED": AddressNotAllowed,
    "ADMIN_KEY_INVALID": AdminKeyInvalid,
    "ADMIN_KEY_MISSING": AdminKeyMissing,
    "AUTH_FILE_INVALID": AuthFileInvalid,
    "BAD_REQUEST": BadRequest,
    "BAD_SESSION_NAME": BadSessionName,
    "BODY_TOO_LARGE": BodyTooLarge,
    "BUS_UNAVAILABLE": BusUnavailable,
    "CHAT_NOT_ALLOWED": ChatNotAllowed,
    "CHAT_NOT_FOUND": ChatNotFound,
    "CONTACT_LINK_INVALID": ContactLinkInvalid,
    "CONTENT_UNFIT": ContentUnfit,
    "CURSOR_INVALID": CursorInvalid,
    "DELIVERY_NOT_FOUND": DeliveryNotFound,
    "EVENTS_GONE": EventsGone,
    "EVENTS_NOT_TAKEN": EventsNotTaken,
    "EXPORT_TOO_LARGE": ExportTooLarge,
    "FORM_NOT_OURS": FormNotOurs,
    "FORWARDER_NOT_FOUND": ForwarderNotFound,
    "GROUP_CONFLICT": GroupConflict,
    "GROUP_INVALID": GroupInvalid,
    "GROUP_LIMIT": GroupLimit,
    "GROUP_NOT_ALLOWED": GroupNotAllowed,
    "GROUP_NOT_FOUND": GroupNotFound,
    "HEADERS_TOO_LARGE": HeadersTooLarge,
    "HOST_NOT_FOUND": HostNotFound,
    "IDEMPOTENCY_KEY_REUSED": IdempotencyKeyReused,
    "INTERNAL": Internal,
    "INVITE_INVALID": InviteInvalid,
    "KEY_EXPIRED": KeyExpired,
    "KEY_INVALID": KeyInvalid,
    "KEY_MISSING": KeyMissing,
    "KEY_NOT_FOUND": KeyNotFound,
    "KEY_REVOKED": KeyRevoked,
    "LINK_OVER": LinkOver,
    "MEDIA_EMPTY": MediaEmpty,
    "MEDIA_NOT_FOUND": MediaNotFound,
    "MEDIA_NOT_UPLOADED": MediaNotUploaded,
    "MEDIA_QUOTA": MediaQuota,
    "MEDIA_TOO_HEAVY": MediaTooHeavy,
    "MEDIA_TOO_LARGE": MediaTooLarge,
    "MEDIA_TYPE_UNSUPPORTED": MediaTypeUnsupported,
    "MEDIA_UNREADABLE": MediaUnreadable,
    "MEDIA_URL_FAILED": MediaUrlFailed,
    "MEDIA_URL_REFUSED": MediaUrlRefused,
    "MESSAGE_EXPIRED": MessageExpired,
    "MESSAGE_NOT_FOUND": MessageNotFound,
    "METHOD_NOT_ALLOWED": MethodNotAllowed,
    "NEWSLETTER_INVALID": NewsletterInvalid,
    "NEWSLETTER_NOT_ALLOWED": NewsletterNotAllowed,
    "NEWSLETTER_NOT_FOUND": NewsletterNotFound,
    "NOBODY_TO_SEE": NobodyToSee,
    "NOT_A_BUSINESS": NotABusiness,
    "NOT_DECRYPTED": NotDecrypted,
    "NOT_FOUND": NotFound,
    "NOT_IN_GROUP": NotInGroup,
    "NOT_SUPPORTED": NotSupported,
    "NO_APP_STATE": NoAppState,
    "NO_HOST": NoHost,
    "NO_PUSH_NAME": NoPushName,
    "NUMBER_INVALID": NumberInvalid,
    "NUMBER_NOT_ON_WHATSAPP": NumberNotOnWhatsapp,
    "OVERLOADED": Overloaded,
    "PICTURE_TOO_LARGE": PictureTooLarge,
    "PROXY_REFUSED": ProxyRefused,
    "QUEUE_FULL": QueueFull,
    "RANGE_NOT_SATISFIABLE": RangeNotSatisfiable,
    "RATE_EXCEEDED": RateExceeded,
    "REQUEST_TIMEOUT": RequestTimeout,
    "SANDBOX_REFUSED": SandboxRefused,
    "SCOPE_MISSING": ScopeMissing,
    "SECRETS_KEY_MISSING": SecretsKeyMissing,
    "SECRET_REPLACED": SecretReplaced,
    "SECRET_UNREADABLE": SecretUnreadable,
    "SENDER_CHANGED": SenderChanged,
    "SEND_IN_FLIGHT": SendInFlight,
    "SEND_UNKNOWN": SendUnknown,
    "SESSION_ALREADY_CONNECTED": SessionAlreadyConnected,
    "SESSION_LIMIT": SessionLimit,
    "SESSION_NAME_TAKEN": SessionNameTaken,
    "SESSION_NOT_ALLOWED": SessionNotAllowed,
    "SESSION_NOT_FOUND": SessionNotFound,
    "SESSION_NOT_PAIRED": SessionNotPaired,
    "SHARD_TAKES_NONE": ShardTakesNone,
    "STORAGE_FULL": StorageFull,
    "STORE_UNAVAILABLE": StoreUnavailable,
    "TARGET_NOT_FOUND": TargetNotFound,
    "TARGET_NOT_OWN": TargetNotOwn,
    "TARGET_TOO_OLD": TargetTooOld,
    "TARGET_UNFIT": TargetUnfit,
    "TEXT_TOO_LONG": TextTooLong,
    "TOO_MANY_CONNECTIONS": TooManyConnections,
    "TOO_MANY_LOGINS": TooManyLogins,
    "TOO_MANY_NEW_SESSIONS": TooManyNewSessions,
    "TOO_MANY_REQUESTS": TooManyRequests,
    "TOO_MANY_STREAMS": TooManyStreams,
    "UNLINK_PENDING": UnlinkPending,
    "UNSUPPORTED_MEDIA_TYPE": UnsupportedMediaType,
    "UPGRADE_REQUIRED": UpgradeRequired,
    "URL_REFUSED": UrlRefused,
    "WA_DISCONNECTED": WaDisconnected,
    "WA_NO_ANSWER": WaNoAnswer,
    "WA_RATE_LIMITED": WaRateLimited,
    "WA_REFUSED": WaRefused,
    "WA_UNREACHABLE": WaUnreachable,
    "WEBHOOK_LIMIT": WebhookLimit,
    "WEBHOOK_NOT_FOUND": WebhookNotFound,
}
