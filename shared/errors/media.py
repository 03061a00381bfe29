"""Files: uploads, what a message carries, and what is fetched from an address."""

from __future__ import annotations

from shared.errors.base import WagateError


class MediaNotFound(WagateError):
    code, status = "MEDIA_NOT_FOUND", 404
    meaning = "This key has no file with this id. It may have been removed."
    remedy = "Upload it again with POST /api/upload. An upload that no message uses is removed after a day."


class RangeNotSatisfiable(WagateError):
    code, status = "RANGE_NOT_SATISFIABLE", 416
    meaning = "The file is shorter than that."
    remedy = "Ask for bytes below its size. The header 'Content-Range' of this answer has the size."


class MediaTooLarge(WagateError):
    code, status = "MEDIA_TOO_LARGE", 413
    meaning = "The file is too large."
    remedy = "Send a smaller one. The limit in bytes is in the answer."


class MediaEmpty(WagateError):
    code, status = "MEDIA_EMPTY", 422
    meaning = "The file is empty."
    remedy = "Send the file itself. With curl, put '@' before its name: -F file=@photo.jpg."


class MediaTypeUnsupported(WagateError):
    code, status = "MEDIA_TYPE_UNSUPPORTED", 422
    meaning = "A file of this type cannot be sent as this kind of message, whatever its name says."
    remedy = "Convert it, or send it as a document. The type that was found is in the answer."


class MediaUrlRefused(WagateError):
    code, status = "MEDIA_URL_REFUSED", 422
    meaning = "The gateway does not fetch files from this address."
    remedy = "Use a public address with http or https. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW."


class MediaUrlFailed(WagateError):
    code, status = "MEDIA_URL_FAILED", 422
    meaning = "The gateway could not fetch the file from its address."
    remedy = "Check that the address opens without a login, or upload the file with POST /api/upload."


class MediaQuota(WagateError):
    code, status = "MEDIA_QUOTA", 429
    meaning = "The files of this API key take all the room that it may use."
    remedy = "Wait until older files expire, or ask whoever runs the gateway to raise WAGATE_MEDIA_KEY_BYTES."


class StorageFull(WagateError):
    code, status = "STORAGE_FULL", 507
    meaning = "The gateway has no room for more files. Nothing was kept."
    remedy = "Ask whoever runs the gateway to free disk space or to raise WAGATE_MEDIA_BYTES."


class MediaUnreadable(WagateError):
    code, status = "MEDIA_UNREADABLE", 422
    meaning = "The file cannot be read: it is damaged, cut off, or has another format than it should."
    remedy = "Send a file that opens in other programs, or send it as a document."


class MediaNotUploaded(WagateError):
    code, status = "MEDIA_NOT_UPLOADED", 503
    meaning = "WhatsApp's media servers did not take the file."
    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class PictureTooLarge(WagateError):
    code, status = "PICTURE_TOO_LARGE", 422
    meaning = "The picture has too many pixels."
    remedy = "Make it smaller. The limit is in the answer."


class MediaTooHeavy(WagateError):
    code, status = "MEDIA_TOO_HEAVY", 422
    meaning = "Preparing the file for WhatsApp took more memory or time than one file may take."
    remedy = "Make it shorter or smaller, use a format that WhatsApp accepts unchanged, or send it as a document."
