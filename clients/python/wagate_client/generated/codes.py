"""An exception for each error code of the API. Made by `make clients`: do not edit."""

from __future__ import annotations

from wagate_client.problems import WagateError


class AdminKeyInvalid(WagateError):
    """The admin key is wrong."""

    remedy = "On one machine it is in the file 'admin-key' of the data folder."


class AdminKeyMissing(WagateError):
    """No admin key was given."""

    remedy = "Send it in the header 'X-Admin-Key'; on one machine it is in the file 'admin-key' of the data folder."


class AuthFileInvalid(WagateError):
    """The exported pairing cannot be opened."""

    remedy = "Check the passphrase, and that the whole file was sent."


class BadRequest(WagateError):
    """The request is malformed."""

    remedy = "Correct the field that the answer names and send it again."


class BadSessionName(WagateError):
    """The session name is not allowed."""

    remedy = "Use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or a digit."


class BodyTooLarge(WagateError):
    """The request is larger than allowed."""

    remedy = "Send less; the limit is in the answer."


class BusUnavailable(WagateError):
    """The gateway's message bus (NATS) does not answer."""

    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class ChatNotFound(WagateError):
    """This session has no messages of that chat."""

    remedy = "GET /api/chats has those that there are. Messages end with their age, and with POST /api/clear-messages."


class ContactLinkInvalid(WagateError):
    """Nobody on WhatsApp has that link, or not any more."""

    remedy = "Ask its owner for the link anew. It looks like https://wa.me/qr/ABCDEFGHIJKLMN."


class ContentUnfit(WagateError):
    """WhatsApp has no such message in a newsletter, or among status posts; nothing was sent."""

    remedy = "The answer says what there is."


class CursorInvalid(WagateError):
    """That is no cursor of this key's events."""

    remedy = "Give the 'next' of an answer or the 'cursor' of an event as it is, or 'latest'."


class DeliveryNotFound(WagateError):
    """This webhook was told of no such event, or so long ago that it is not known any more."""

    remedy = "List what it was told with GET /api/webhooks/{id}/deliveries; POST .../replay sends what is in the log."


class EventsGone(WagateError):
    """The log of events no longer has all that follows this cursor."""

    remedy = "Go on from the 'next' of this answer; what was missed of messages is in the inbox."


class EventsNotTaken(WagateError):
    """So many events were sent on this WebSocket that nothing was heard of as it may have open."""

    remedy = "Go on from the 'next' that stands here, and acknowledge what was dealt with: {\"ack\": cursor}."


class ExportTooLarge(WagateError):
    """The pairing is too large to be exported as one file."""

    remedy = "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)."


class FormNotOurs(WagateError):
    """The form was not sent by a page of this console, or its login is over."""

    remedy = "Load the page again and repeat what you did."


class ForwarderNotFound(WagateError):
    """There is no forwarder of that id."""

    remedy = "List them with GET /api/admin/forwarders."


class GroupConflict(WagateError):
    """Somebody else changed the group at the same moment, or it is as it was to become."""

    remedy = "Read the group, then ask again if it is still needed."


class GroupInvalid(WagateError):
    """That is not the address of a group."""

    remedy = "Use the 'jid' of GET /api/groups: it ends in '@g.us'."


class GroupLimit(WagateError):
    """WhatsApp's limit for groups is reached: of its members, or of the groups of this number."""

    remedy = "Use another group, or remove somebody first."


class GroupNotAllowed(WagateError):
    """WhatsApp does not let the session's number do that in this group: only admins may, or it is not in it."""

    remedy = "Have an admin of the group promote it, or do it on an admin's phone. Nothing was changed."


class GroupNotFound(WagateError):
    """WhatsApp has no such group."""

    remedy = "List the session's groups with GET /api/groups."


class HeadersTooLarge(WagateError):
    """Address and headers of the request have more than 64 KiB."""

    remedy = "Send what is long in the body."


class HostNotFound(WagateError):
    """There is no living session host of that name."""

    remedy = "List the hosts and their shards with GET /api/admin/hosts."


class IdempotencyKeyReused(WagateError):
    """This Idempotency-Key was used with another body."""

    remedy = "Use a new key for a new message; repeat the same body to repeat a request."


class Internal(WagateError):
    """The gateway failed in a way it should not."""

    remedy = "Repeat the request with the same Idempotency-Key, and report the requestId."


class InviteInvalid(WagateError):
    """The invitation is not one that WhatsApp takes: it was revoked, has run out, or never was one."""

    remedy = "Ask an admin of the group for a new link."


class KeyExpired(WagateError):
    """This API key has expired."""

    remedy = "Ask the administrator for a new one."


class KeyInvalid(WagateError):
    """This API key is not known here."""

    remedy = "Check that the whole key was copied, or ask the administrator for a new one."


class KeyMissing(WagateError):
    """No API key was given."""

    remedy = "Send it in the header 'X-API-Key: wa_...' (never in the address)."


class KeyNotFound(WagateError):
    """There is no such API key."""

    remedy = "List the keys with GET /api/admin/apikeys."


class KeyRevoked(WagateError):
    """This API key was revoked."""

    remedy = "Ask the administrator for a new one."


class LinkOver(WagateError):
    """This link was used, or its hour is over."""

    remedy = "Ask whoever gave it to you for another one."


class MediaEmpty(WagateError):
    """The file has no bytes."""

    remedy = "Send the file itself; a form's field needs '@' in front of the name with curl: -F file=@photo.jpg."


class MediaNotFound(WagateError):
    """This key has no file with that id, or not any more."""

    remedy = "Upload it again with POST /api/upload; an upload that no message uses is removed after a day."


class MediaNotUploaded(WagateError):
    """WhatsApp's media servers did not take the file."""

    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class MediaQuota(WagateError):
    """The files of this API key take as much room as they may."""

    remedy = "Wait until older ones expire, or ask who runs the gateway to raise WAGATE_MEDIA_KEY_BYTES."


class MediaTooHeavy(WagateError):
    """The file could not be made ready for WhatsApp within the memory and the time that one file may take."""

    remedy = "Make it shorter or smaller, send it in a format that WhatsApp takes as it is, or send it as a document."


class MediaTooLarge(WagateError):
    """The file is larger than allowed."""

    remedy = "Send a smaller one; the limit in bytes is in the answer."


class MediaTypeUnsupported(WagateError):
    """The file is of a type that this kind of message does not carry, whatever it is called."""

    remedy = "Convert it, or send it as a document; the type that was found is in the answer."


class MediaUnreadable(WagateError):
    """The file cannot be read as what it is to be sent as: it is damaged, cut off, or of another format."""

    remedy = "Send a file that opens in other programs, or send it as a document."


class MediaUrlFailed(WagateError):
    """The file could not be fetched from its address."""

    remedy = "Check that the address can be opened without a login, or upload the file with POST /api/upload."


class MediaUrlRefused(WagateError):
    """The gateway does not fetch from that address."""

    remedy = "Use http or https and a public address; who runs the gateway allows others with WAGATE_URL_ALLOW."


class MessageExpired(WagateError):
    """The message waited longer than its 'expiresIn' and was not sent."""

    remedy = "Send it again when the session is connected."


class MessageNotFound(WagateError):
    """This key sent no message with that id."""

    remedy = "Use the 'id' that the send answered; messages are kept for 30 days."


class MethodNotAllowed(WagateError):
    """This address does not take that method."""

    remedy = "See the header 'Allow' of the answer and the list of routes at /docs."


class NewsletterInvalid(WagateError):
    """That is not the address of a newsletter, nor its link."""

    remedy = "Use the 'jid' of GET /api/newsletters, which ends in '@newsletter', or the link that it is shared by."


class NewsletterNotAllowed(WagateError):
    """WhatsApp does not let the session's number do that: only the newsletter's owner, or only followers may."""

    remedy = "Follow it first; an owner cannot stop following. Nothing was changed."


class NewsletterNotFound(WagateError):
    """WhatsApp has no such newsletter."""

    remedy = "List the session's newsletters with GET /api/newsletters, or ask its owner for the link."


class NobodyToSee(WagateError):
    """The phone has saved nobody by name whom its privacy lets see status posts; nothing was posted."""

    remedy = (
        "Save contacts on the phone, or change there who sees its status updates. GET /api/status-updates/audience."
    )


class NotABusiness(WagateError):
    """The number is no business's on WhatsApp, as far as it shows."""

    remedy = "Ask GET /api/contacts/{number} for what a person shows of themselves."


class NotDecrypted(WagateError):
    """A device of the recipient could not decrypt the message, and it cannot be sent there again."""

    remedy = "Another device of the recipient may have it. Ask them, or send it as a new message."


class NotFound(WagateError):
    """There is no such address."""

    remedy = "See the list of routes at /docs."


class NotInGroup(WagateError):
    """The session's number is not in that group."""

    remedy = "Join it with an invite link first: POST /api/group/accept-invite."


class NotSupported(WagateError):
    """WhatsApp has this, and the client library that the gateway uses cannot do it."""

    remedy = "See docs/not-supported.md for the reason and for what can be done instead. Nothing was done."


class NoAppState(WagateError):
    """The phone has not given this session the keys of its settings, so they cannot be changed from here."""

    remedy = "It gives them soon after pairing: have the phone online and try again, or pair anew. Nothing was done."


class NoHost(WagateError):
    """No session host has this session at the moment."""

    remedy = "Try again after 'Retry-After' seconds; if it lasts, see that a session host runs ('wagate doctor')."


class NoPushName(WagateError):
    """The session does not know yet what its number calls itself, which WhatsApp wants of who is there."""

    remedy = "The phone tells it soon after pairing: try again then, or set a name on the phone. Nothing was done."


class NumberInvalid(WagateError):
    """That is not a phone number or WhatsApp address."""

    remedy = "Write it with its country code, digits only: 628123456789."


class NumberNotOnWhatsapp(WagateError):
    """That number is not on WhatsApp."""

    remedy = "Check the number with its owner; nothing was sent."


class Overloaded(WagateError):
    """The gateway has as much to do as it can hold, nothing was accepted."""

    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class PictureTooLarge(WagateError):
    """The picture has more pixels than the gateway opens."""

    remedy = "Make it smaller; the limit is in the answer."


class ProxyRefused(WagateError):
    """The gateway does not connect to that proxy."""

    remedy = "Use one at a public address; who runs the gateway allows others with WAGATE_URL_ALLOW."


class QueueFull(WagateError):
    """As many messages of this session wait to be sent as may wait; this one was not accepted."""

    remedy = "Connect the session, so that they go out, or ask again after 'Retry-After' seconds."


class RangeNotSatisfiable(WagateError):
    """The file has no such bytes."""

    remedy = "Ask for bytes below its size, which the header 'Content-Range' of the answer has."


class RequestTimeout(WagateError):
    """The request did not arrive in time."""

    remedy = "Send it again, on another connection."


class SandboxRefused(WagateError):
    """The sandbox did not do what the console asked it to."""

    remedy = "Try it again, or start 'wagate sandbox' anew."


class ScopeMissing(WagateError):
    """This API key may not do that."""

    remedy = "Use a key that has the scope named in the answer."


class SecretsKeyMissing(WagateError):
    """The gateway has no key to encrypt what has to stay secret, so it keeps nothing that has to."""

    remedy = "Who runs it sets WAGATE_SECRETS_KEY, the same for the API and every session host."


class SecretUnreadable(WagateError):
    """A secret that the gateway keeps cannot be decrypted: the key that encrypted it is not there."""

    remedy = "Give it anew. Or who runs the gateway puts that key back ('wagate doctor' names it)."


class SenderChanged(WagateError):
    """The session was linked to another number before this message went out; it was not sent."""

    remedy = "Send it again if the number that the session has now may send it."


class SendInFlight(WagateError):
    """A send with this Idempotency-Key is still under way."""

    remedy = "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}."


class SendUnknown(WagateError):
    """The message was handed over, but whether WhatsApp took it cannot be known."""

    remedy = "It is never sent again by itself; ask GET /api/messages/{id} later, a receipt may settle it."


class SessionAlreadyConnected(WagateError):
    """The session is connected to a number already."""

    remedy = "Log it out first with POST /api/sessions/{name}/logout, or use another session name."


class SessionLimit(WagateError):
    """The key has as many sessions as it may have."""

    remedy = "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'."


class SessionNameTaken(WagateError):
    """The key has another session of that name."""

    remedy = "Use another name, or rename or delete that session first."


class SessionNotFound(WagateError):
    """This key has no session of that name."""

    remedy = "List the key's sessions with GET /api/sessions; GET /api/qr creates one."


class SessionNotPaired(WagateError):
    """The session has no pairing."""

    remedy = "Pair it first: GET /api/qr."


class ShardTakesNone(WagateError):
    """That shard takes no session: it is draining or has no room."""

    remedy = "Choose another from GET /api/admin/hosts, or leave 'to' out."


class StorageFull(WagateError):
    """The gateway has no room for more files; nothing was kept."""

    remedy = "Ask who runs the gateway to free some of the disk or to raise WAGATE_MEDIA_BYTES."


class StoreUnavailable(WagateError):
    """The gateway's store does not answer, nothing was accepted."""

    remedy = "Try again after 'Retry-After' seconds."


class TargetNotFound(WagateError):
    """The message that is meant is neither in the session's inbox nor among those it sent; nothing was sent."""

    remedy = "Use the 'id' of a message in the inbox of that chat, or the 'id' or 'messageId' that a send answered."


class TargetNotOwn(WagateError):
    """That can only be done to a message that this session's number has sent; nothing was sent."""

    remedy = "Use the id of one of its own messages."


class TargetTooOld(WagateError):
    """WhatsApp takes this for a limited time after a message only, and that has passed; nothing was sent."""

    remedy = "The limit, in seconds, is in the answer. Send a new message instead."


class TargetUnfit(WagateError):
    """The message that is meant is not one to which this can be done; nothing was sent."""

    remedy = "The answer says why."


class TextTooLong(WagateError):
    """The text is longer than WhatsApp carries."""

    remedy = "Split it; the limit is in the answer."


class TooManyConnections(WagateError):
    """Your address has more connections at work than the gateway allows."""

    remedy = "Use fewer connections, and each for many requests, one after the other."


class TooManyLogins(WagateError):
    """The key has as many sessions waiting for a phone as it may have at once; this one was stopped."""

    remedy = "Scan, pair or delete some of them, or ask again after 'Retry-After' seconds."


class TooManyNewSessions(WagateError):
    """The key makes new sessions faster than it may."""

    remedy = "Wait 'Retry-After' seconds; sessions that are there are not affected."


class TooManyRequests(WagateError):
    """Too many requests."""

    remedy = "Wait 'Retry-After' seconds."


class TooManyStreams(WagateError):
    """As many streams of events are open as may be."""

    remedy = "End one, or ask GET /api/events with 'wait'."


class UnlinkPending(WagateError):
    """The session was logged out, and its phone still has the device: WhatsApp could not be told yet."""

    remedy = "On the phone: WhatsApp, Linked devices, choose the device, Log out; then ask again. Or delete the session: its name is free at once."


class UnsupportedMediaType(WagateError):
    """The body is not JSON."""

    remedy = "Send JSON with the header 'Content-Type: application/json'."


class UpgradeRequired(WagateError):
    """This address speaks WebSocket and nothing else."""

    remedy = "Open a WebSocket here, or ask GET /api/events/stream or GET /api/events."


class UrlRefused(WagateError):
    """Nothing is sent to that address: it is in a private network, or nowhere."""

    remedy = (
        "Give one that can be reached from the internet. Who runs the gateway can allow others with WAGATE_URL_ALLOW."
    )


class WaDisconnected(WagateError):
    """The session is not connected to WhatsApp, nothing was sent or queued."""

    remedy = "See 'connectionStatus'; scan a new QR at GET /api/qr if it says so, or send with \"queue\": true."


class WaNoAnswer(WagateError):
    """WhatsApp did not answer whether the number is there."""

    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class WaRateLimited(WagateError):
    """WhatsApp limits how often this session's number may ask or send, and refuses for the moment."""

    remedy = "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly."


class WaRefused(WagateError):
    """WhatsApp refused the request."""

    remedy = "It gives a number, 'waCode': see the table below the codes in docs/errors.md. Nothing was sent."


class WaUnreachable(WagateError):
    """WhatsApp cannot be reached from this host."""

    remedy = "Check that the host may open https://web.whatsapp.com; the session connects by itself when it can."


class WebhookLimit(WagateError):
    """The key has as many webhooks as it may have."""

    remedy = "Delete one with DELETE /api/webhooks/{id}, or let one serve several sessions."


class WebhookNotFound(WagateError):
    """This key has no such webhook."""

    remedy = "List the key's webhooks with GET /api/webhooks."


BY_CODE: dict[str, type[WagateError]] = {
    "ADMIN_KEY_INVALID": AdminKeyInvalid,
    "ADMIN_KEY_MISSING": AdminKeyMissing,
    "AUTH_FILE_INVALID": AuthFileInvalid,
    "BAD_REQUEST": BadRequest,
    "BAD_SESSION_NAME": BadSessionName,
    "BODY_TOO_LARGE": BodyTooLarge,
    "BUS_UNAVAILABLE": BusUnavailable,
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
    "REQUEST_TIMEOUT": RequestTimeout,
    "SANDBOX_REFUSED": SandboxRefused,
    "SCOPE_MISSING": ScopeMissing,
    "SECRETS_KEY_MISSING": SecretsKeyMissing,
    "SECRET_UNREADABLE": SecretUnreadable,
    "SENDER_CHANGED": SenderChanged,
    "SEND_IN_FLIGHT": SendInFlight,
    "SEND_UNKNOWN": SendUnknown,
    "SESSION_ALREADY_CONNECTED": SessionAlreadyConnected,
    "SESSION_LIMIT": SessionLimit,
    "SESSION_NAME_TAKEN": SessionNameTaken,
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
