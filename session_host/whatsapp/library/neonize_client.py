"""The Go library behind neonize, called directly.

neonize's own asyncio client is not used, because of what it does with threads and events: it holds a thread of the
event loop's executor for each client, hands events to the loop before anybody could store them, leaves out the end of
a round of QR codes and stops clients from finalizers on the loop's thread. Its loader, its declarations of the
library's functions and its protobufs are.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import structlog

from session_host.whatsapp.library.binding import DeviceProps, binder, e2e, protobufs
from session_host.whatsapp.library.gate import Gate
from session_host.whatsapp.library.listener import Listener
from session_host.whatsapp.library.way_in import WayIn
from shared.jids import Jid

_log = structlog.get_logger(__name__)

E2eMessage: Any = e2e.Message
"""`waE2E.Message`: what is inside the encryption."""
MessageContextInfo: Any = e2e.MessageContextInfo
ContextInfo: Any = e2e.ContextInfo
"""What surrounds content: a quote, mentions, the disappearing timer."""
PollVoteMessage: Any = e2e.PollVoteMessage
EventResponseMessage: Any = e2e.EventResponseMessage
ReactionMessage: Any = e2e.ReactionMessage
"""What is sealed in votes, answers to events, and reactions in communities."""
_library: Any = binder.gocode


class MessageKinds:
    """Numbers of kinds inside a message's protobuf."""

    REVOKE: int = e2e.ProtocolMessage.REVOKE
    EDIT: int = e2e.ProtocolMessage.MESSAGE_EDIT
    TIMER: int = e2e.ProtocolMessage.EPHEMERAL_SETTING
    SEALED_EVENT_EDIT: int = e2e.SecretEncryptedMessage.EVENT_EDIT
    SEALED_EDIT: int = e2e.SecretEncryptedMessage.MESSAGE_EDIT
    SEALED_POLL_EDIT: int = e2e.SecretEncryptedMessage.POLL_EDIT
    SEALED_POLL_OPTION: int = e2e.SecretEncryptedMessage.POLL_ADD_OPTION
    PIN: int = e2e.PinInChatMessage.PIN_FOR_ALL
    UNPIN: int = e2e.PinInChatMessage.UNPIN_FOR_ALL
    OF_ALBUM: int = e2e.MessageAssociation.MEDIA_ALBUM


class MediaKinds:
    """The library's numbers of what a file is."""

    IMAGE, VIDEO, AUDIO, DOCUMENT = 0, 1, 2, 3


_names = itertools.count(1)

_WAL = (
    "?_foreign_keys=on&_journal_mode=WAL&_synchronous=NORMAL&_busy_timeout=10000&_txlock=immediate"
    "&_auto_vacuum=incremental&_x="
)
_CHROME = 1
_ALWAYS_SENT = 90
"""Days of the past that a phone sends to every device."""


class NeonizeClient:
    """One client in the Go library. `run` is its thread; every other method blocks and may hang: call it on a thread.

    What is called before `start`, or after `remove`, raises NotSent: the library would end the process.
    """

    def __init__(self, database: str, gate: Gate, listener: Listener) -> None:
        self._name = str(next(_names)).encode()
        self._database = (quote(database) + _WAL).encode()
        self._way_in = WayIn(gate)
        self._listener = listener
        self._heard_at = 0.0

    def run(self, proxy: str | None, device: bytes) -> None:
        """Connect and tell the listener what happens, until the client is removed; then end the connection.

        Args:
            proxy: URL of a proxy (http, https, socks5); None: a direct connection, whatever the environment says.
            device: `device_words`, which from now on all clients of the process register with; empty: those before.
        """
        listener = self._listener
        began = threading.Event()

        def on_qr(_: int, address: int) -> None:
            listener.on_qr(ctypes.string_at(address).decode())

        def on_status(_: int, address: int) -> None:
            listener.on_login_status(ctypes.string_at(address).decode())

        def on_event(_: bytes, address: int, size: int, kind: int) -> None:
            began.set()
            self._heard_at = math.inf
            try:
                listener.on_event(kind, ctypes.string_at(address, size))
            finally:
                self._heard_at = time.monotonic()

        way = binder.ProxySettings(proxy or "")._to_c_struct()  # noqa: SLF001 - its C form
        # Held by this frame: the library calls these three as long as it runs.
        callbacks = (
            binder.func_string(on_qr),
            binder.func_string(on_status),
            binder.func_callback_bytes(on_event),
            _LOG,
        )
        wanted = listener.wanted
        error = _library.Neonize(
            self._database, self._name, b"", 0, 0, b"ERROR", *callbacks, wanted, len(wanted),
            device, len(device), b"", 0, ctypes.byref(way),
        )  # fmt: skip
        if error and began.is_set():
            listener.on_broken()
            self.disconnect()
        listener.on_end(error.decode(errors="replace"))

    def send(self, to: Jid, message: bytes) -> Any:  # noqa: ANN401 - a protobuf
        """Send a serialised message; a `SendMessageReturnFunction`."""
        address = _address(to)
        self._way_in.enter()
        answer = _library.SendMessage(self._name, address, len(address), message, len(message))
        return protobufs.SendMessageReturnFunction.FromString(answer)

    def upload(self, content: Any, kind: int) -> Any:  # noqa: ANN401 - an array of ctypes, a protobuf
        """Encrypt a file (`mapped_files`) of one of `MediaKinds`, bring it to WhatsApp; an `UploadReturnFunction`."""
        self._way_in.enter()
        return protobufs.UploadReturnFunction.FromString(_library.Upload(self._name, content, len(content), kind))

    def upload_plain(self, content: Any, kind: int) -> Any:  # noqa: ANN401 - an array of ctypes, a protobuf
        """The same as it is: what is posted in newsletters is not encrypted."""
        self._way_in.enter()
        answer = _library.UploadNewsletter(self._name, content, len(content), kind)
        return protobufs.UploadReturnFunction.FromString(answer)

    def is_on_whatsapp(self, *numbers: str) -> Any:  # noqa: ANN401 - a protobuf
        """Look numbers up, by one request; an `IsOnWhatsAppReturnFunction`."""
        return self.ask("IsOnWhatsApp", protobufs.IsOnWhatsAppReturnFunction, " ".join(f"+{each}" for each in numbers))

    def devices_of(self, jid: Jid) -> Any:  # noqa: ANN401 - a protobuf
        """The devices of a person; a `GetUserDevicesreturnFunction`."""
        return self.ask(
            "GetUserDevices", protobufs.GetUserDevicesreturnFunction, protobufs.JIDArray(JIDS=[jid_of(jid)])
        )

    def lid_of(self, jid: Jid) -> Any:  # noqa: ANN401 - a protobuf
        """The LID the auth database knows for a phone number; a `JID`, empty when it knows none."""
        return self.ask("GetLIDFromPN", protobufs.GetJIDFromStoreReturnFunction, jid).Jid

    def number_of(self, lid: Jid) -> Any:  # noqa: ANN401 - a protobuf
        """The phone number the auth database knows for a LID; a `JID`, empty when it knows none."""
        return self.ask("GetPNFromLID", protobufs.GetJIDFromStoreReturnFunction, lid).Jid

    def ask(self, function: str, answer: Any, *said: Any) -> Any:  # noqa: ANN401 - protobufs
        """Call a function of the library: what it returns, an `answer`.

        Args:
            function: its name, as the library spells it.
            answer: a protobuf's class; `str` where it returns an error, or an empty text.
            said: what it takes: protobufs, `Jid`s, bytes, texts without NUL, truths and whole numbers.
        """
        arguments = [part for each in said for part in _arguments(each)]
        self._way_in.enter()
        told = getattr(_library, function)(self._name, *arguments)
        return (told or b"").decode(errors="replace") if answer is str else answer.FromString(told)

    def mark_read(self, ids: Sequence[str], chat: Jid, sender: Jid, receipt: str) -> str:
        """Say that messages of one sender were read, or `played`; an error or an empty text."""
        chat_, sender_, now = _address(chat), _address(sender), int(time.time())
        self._way_in.enter()
        error = _library.MarkRead(
            self._name, " ".join(ids).encode(), now, chat_, len(chat_), sender_, len(sender_), receipt.encode()
        )
        return error.decode(errors="replace") if error else ""

    def pair_phone(self, number: str) -> Any:  # noqa: ANN401 - a protobuf
        """Begin to pair by code; a `PairPhoneReturnFunction`."""
        wanted = protobufs.PairPhoneParams(
            phone=number, clientDisplayName="Chrome (Linux)", clientType=_CHROME, showPushNotification=True
        )
        return self.ask("PairPhone", protobufs.PairPhoneReturnFunction, wanted)

    def logout(self) -> str:
        """Unlink the device; an error or an empty text."""
        self._way_in.enter()
        return _library.Logout(self._name).decode(errors="replace")

    def disconnect(self) -> None:
        """Close the connection for good; a call that waits for an answer returns with an error."""
        self._way_in.enter()
        _library.Disconnect(self._name)

    @property
    def heard_at(self) -> float:
        """When the listener had taken the last event, on the monotonic clock; infinite while it takes one."""
        return self._heard_at

    def remove(self) -> None:
        """Take a disconnected client out of the library. The caller has the gate alone. Calls raise NotSent then.

        What the library has for the listener by then is lost.
        """
        self._way_in.close()
        _library.Stop(self._name)

    def stand_in(self, database: str) -> None:
        """Have a client of another database under the name of this removed one, which is not connected.

        The caller has the gate alone.
        """
        proxy = binder.ProxySettings(_NO_PROXY)._to_c_struct()  # noqa: SLF001 - its C form
        _library.Neonize(
            quote(database).encode(), self._name, b"", 0, 0, b"ERROR", *_DEAF, b"", 0, b"", 0, b"", 0,
            ctypes.byref(proxy),
        )  # fmt: skip

    def start(self, proxy: str | None, device: bytes) -> threading.Thread:
        """Begin `run` on a thread of its own. The caller has the gate alone."""
        self._way_in.open()
        name = f"whatsapp-{self._name.decode()}"
        thread = threading.Thread(target=self.run, args=(proxy, device), name=name, daemon=True)
        thread.start()
        return thread


def device_words(name: str, history_days: int = 0) -> bytes:
    """What a device says of itself when it registers: `name` is in the phone's list of linked devices.

    With `history_days` it asks for as much of the past. A phone sends some three months unless it is asked for all.
    The library keeps what an earlier client said: what every client says, it takes back by saying it.
    """
    said = DeviceProps(os=name, platformType=DeviceProps.CHROME, requireFullSync=history_days > _ALWAYS_SENT)
    if history_days:
        said.historySyncConfig.fullSyncDaysLimit = history_days
    return bytes(said.SerializeToString())


def _arguments(said: Any) -> tuple[Any, ...]:  # noqa: ANN401 - whatever a function takes
    """Of a C function: texts end with NUL, protobufs and bytes come with their size."""
    if isinstance(said, str):
        return (said.encode(),)
    if isinstance(said, int):
        return (said,)
    if isinstance(said, Jid):
        said = jid_of(said)
    sized = said if isinstance(said, bytes) else said.SerializeToString()
    return sized, len(sized)


def _address(jid: Jid) -> bytes:
    return jid_of(jid).SerializeToString()


def jid_of(jid: Jid) -> Any:  # noqa: ANN401 - a protobuf
    """An address as the library has it."""
    return protobufs.JID(User=jid.user, Server=jid.server, RawAgent=0, Device=0, Integrator=0, IsEmpty=False)


def library_file() -> str:
    """The path of the shared library."""
    return str(_library._name)  # noqa: SLF001 - ctypes has no other


def _on_log(address: int, size: int) -> None:
    if address and size > 0:
        entry = protobufs.LogEntry.FromString(ctypes.string_at(address, size))
        _log.info("library", source=entry.Name, text=entry.Message)


_LOG = binder.func_callback_bytes2(_on_log)
"""Kept for good: what a client began may still log when the client is gone, and would call what was freed."""


def _ignore(*_: object) -> None:
    return


_NO_PROXY = "none://"
"""Refused before anything is connected."""
_DEAF = (
    binder.func_string(_ignore),
    binder.func_string(_ignore),
    binder.func_callback_bytes(_ignore),
    binder.func_callback_bytes2(_ignore),
)
"""Callbacks of a client that says nothing."""
