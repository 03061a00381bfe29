"""Files: uploads, what a message carries, and what is fetched from an address."""

from __future__ import annotations

from shared.errors.base import WagateError


class MediaNotFound(WagateError):
    code, status = "MEDIA_NOT_FOUND", 404
    meaning = "This key has no file with that id, or not any more."
    remedy = "Upload it again with POST /api/upload; an upload that no message uses is removed after a day."


class RangeNotSatisfiable(WagateError):
    code, status = "RANGE_NOT_SATISFIABLE", 416
    meaning = "The file has no such bytes."
    remedy = "Ask for bytes below its size, which the header 'Content-Range' of the answer has."


class MediaTooLarge(WagateError):
    code, status = "MEDIA_TOO_LARGE", 413
    meaning = "The file is larger than allowed."
    remedy = "Send a smaller one; the limit in bytes is in the answer."


class MediaEmpty(WagateError):
    code, status = "MEDIA_EMPTY", 422
    meaning = "The file has no bytes."
    remedy = "Send the file itself; a form's field needs '@' in front of the name with curl: -F file=@photo.jpg."


class MediaTypeUnsupported(WagateError):
    code, status = "MEDIA_TYPE_UNSUPPORTED", 422
    meaning = "The file is of a type that this kind of message does not carry, whatever it is called."
    remedy = "Convert it, or send it as a document; the type that was found is in the answer."


class MediaUrlRefused(WagateError):
    code, status = "MEDIA_URL_REFUSED", 422
    meaning = "The gateway does not fetch from that address."
    remedy = "Use http or https and a public address; who runs the gateway allows others with WAGATE_URL_ALLOW."


class MediaUrlFailed(WagateError):
    code, status = "MEDIA_URL_FAILED", 422
    meaning = "The file could not be fetched from its address."
    remedy = "Check that the address can be opened without a login, or upload the file with POST /api/upload."


class MediaQuota(WagateError):
    code, status = "MEDIA_QUOTA", 429
    meaning = "The files of this API key take as much room as they may."
    remedy = "Wait until older ones expire, or ask who runs the gateway to raise WAGATE_MEDIA_KEY_BYTES."


class StorageFull(WagateError):
    code, status = "STORAGE_FULL", 507
    meaning = "The gateway has no room for more files; nothing was kept."
    remedy = "Ask who runs the gateway to free some of the disk or to raise WAGATE_MEDIA_BYTES."


class MediaUnreadable(WagateError):
    code, status = "MEDIA_UNREADABLE", 422
    meaning = "The file cannot be read as what it is to be sent as: it is damaged, cut off, or of another format."
    remedy = "Send a file that opens in other programs, or send it as a document."


class MediaNotUploaded(WagateError):
    code, status = "MEDIA_NOT_UPLOADED", 503
    meaning = "WhatsApp's media servers did not take the file."
    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class PictureTooLarge(WagateError):
    code, status = "PICTURE_TOO_LARGE", 422
    meaning = "The picture has more pixels than the gateway opens."
    remedy = "Make it smaller; the limit is in the answer."


class MediaTooHeavy(WagateError):
    code, status = "MEDIA_TOO_HEAVY", 422
    meaning = "The file could not be made ready for WhatsApp within the memory and the time that one file may take."
    remedy = "Make it shorter or smaller, send it in a format that WhatsApp takes as it is, or send it as a document."
