"""What can go wrong with a contact, by the code that crosses the channel between the two processes."""

from __future__ import annotations

from typing import ClassVar

from sandbox.control.contacts_port import ContactsError


class ContactError(ContactsError):
    """A contact could not do what was asked; the text says why."""

    code: ClassVar[str] = "failed"


class UnknownContactError(ContactError):
    """The number was never added as a contact, or was removed."""

    code = "unknown_contact"


class NotConnectedError(ContactError):
    """The contact isn't connected; the text has the reason."""

    code = "not_connected"


class SendRefusedError(ContactError):
    """The message was not sent: neonize or WhatsApp refused it."""

    code = "send_refused"


class UnknownMessageError(ContactError):
    """The contact has received no message with this id."""

    code = "unknown_message"


class NoFileError(ContactError):
    """A message has no file, or WhatsApp does not give it (any more)."""

    code = "no_file"


class TooManyContactsError(ContactError):
    """The process has as many contacts as it may."""

    code = "too_many"


class MalformedRequestError(ContactError):
    """A line on the channel is no request."""

    code = "malformed"


class ContactsTimeoutError(ContactError):
    """No answer within the deadline; a message may or may not have been sent."""

    code = "timeout"


class ContactsInterruptedError(ContactError):
    """The contacts' process died while it was sending: whether the message left is unknown."""

    code = "interrupted"


BY_CODE: dict[str, type[ContactError]] = {
    error.code: error
    for error in (
        ContactError,
        UnknownContactError,
        NotConnectedError,
        SendRefusedError,
        UnknownMessageError,
        NoFileError,
        TooManyContactsError,
        MalformedRequestError,
    )
}
