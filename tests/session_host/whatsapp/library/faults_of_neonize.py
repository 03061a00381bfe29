"""What neonize 0.5.2 does wrong, done in a process of its own: says as JSON which of it still is so.

`python -m sandbox.trust tests.session_host.whatsapp.library.faults_of_neonize WHAT CONTROL FOLDER`: `wrong` and `pump`
answer with what is mended by now, each a name; the name of a call that ends the process answers only when it does so no
more; `told` answers with the odd stanzas that are told once unknown values are allowed.
"""

from __future__ import annotations

import asyncio
import faulthandler
import io
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from session_host.whatsapp.library.binding import binder, protobufs
from session_host.whatsapp.library.declarations import allow_unknown_values
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.gate import Gate
from session_host.whatsapp.library.neonize_client import NeonizeClient, device_words, library_file

WITHIN = 40.0
LONGEST = 180.0
"""Seconds after which it ends and says what each thread was at."""
SOMEBODY = protobufs.JID(
    User="628123456789", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False
).SerializeToString()


MAY_BE_ODD: dict[int, Any] = {
    EventNumber.RECEIPT: protobufs.Receipt,
    EventNumber.CHAT_PRESENCE: protobufs.ChatPresence,
    EventNumber.GROUP_INFO: protobufs.GroupInfoEvent,
    EventNumber.BLOCKLIST: protobufs.BlocklistEvent,
    EventNumber.NEWSLETTER_LEAVE: protobufs.NewsletterLeave,
    EventNumber.NEWSLETTER_MUTE_CHANGE: protobufs.NewsletterMuteChange,
}
"""What the odd stanzas are told as."""


class Heard:
    """What a client told: codes, that it is connected, that it shows nothing more."""

    wanted = bytes(number for number in EventNumber if number is not EventNumber.ME)

    def __init__(self) -> None:
        self.qr: str = ""
        self.coded, self.connected, self.broken, self.ended = (threading.Event() for _ in range(4))
        self.odd: queue.SimpleQueue[int] = queue.SimpleQueue()
        """Kinds of events of which something is empty."""

    def on_qr(self, text: str) -> None:
        self.qr = text
        self.coded.set()

    def on_login_status(self, _: str) -> None:
        pass

    def on_event(self, kind: int, payload: bytes) -> None:
        if kind == EventNumber.CONNECTED:
            self.connected.set()
        elif kind in MAY_BE_ODD and not MAY_BE_ODD[kind].FromString(payload).IsInitialized():
            self.odd.put(kind)

    def on_broken(self) -> None:
        self.broken.set()

    def on_end(self, _: str) -> None:
        self.ended.set()


class Client:
    """A client of the library as the gateway has it, without what keeps the gateway from harm."""

    def __init__(self, folder: Path) -> None:
        self.heard = Heard()
        self.library = NeonizeClient(str(folder / "faults.db"), Gate(), self.heard)
        self.name = self.library._name

    def start(self) -> None:
        self.library.start(os.environ["WHATSAPP_PROXY"], device_words("faults"))

    def pair(self, control: Any, number: str) -> bool:
        """Start it; with the code scanned, when it shows one. False: over what waited for it, it shows nothing."""
        self.start()
        until = time.monotonic() + WITHIN
        while not self.heard.connected.wait(0.02):
            assert time.monotonic() < until, "not connected"
            if self.heard.broken.is_set():
                return False
            if self.heard.coded.is_set():
                self.heard.coded.clear()
                control.post(f"/phones/{number}/scan", json={"qr": self.heard.qr}).raise_for_status()
        return True

    def remove(self) -> None:
        self.library.disconnect()
        self.library.remove()
        assert self.heard.ended.wait(WITHIN)


def before_pairing(call: str, *said: Any) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        client = Client(folder)
        client.start()
        assert client.heard.coded.wait(WITHIN)
        getattr(binder.gocode, call)(client.name, *said)

    return do


def after_stop(call: str, *said: Any) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        client = Client(folder)
        client.start()
        assert client.heard.coded.wait(WITHIN)
        client.library.disconnect()
        client.library.remove()
        getattr(binder.gocode, call)(client.name, *said)

    return do


ABORTS: dict[str, Callable[[Path], None]] = {
    "GetContact before pairing": before_pairing("GetContact", SOMEBODY, len(SOMEBODY)),
    "GetAllContacts before pairing": before_pairing("GetAllContacts"),
    "GetChatSettings before pairing": before_pairing("GetChatSettings", SOMEBODY, len(SOMEBODY)),
    "GetLIDFromPN before pairing": before_pairing("GetLIDFromPN", SOMEBODY, len(SOMEBODY)),
    "GetPNFromLID before pairing": before_pairing("GetPNFromLID", SOMEBODY, len(SOMEBODY)),
    "SetPushName before pairing": before_pairing("SetPushName", b"x"),
    "GetMe after stop": after_stop("GetMe"),
}
"""Calls that end the process with SIGABRT."""


def paired(folder: Path, control: Any, number: str) -> Client:
    """A client that is connected, and has nothing odd behind it: what one did not acknowledge before its end waits."""
    while True:
        client = Client(folder)
        if client.pair(control, number):
            return client
        client.remove()


def pump(control: Any, folder: Path) -> list[str]:
    """Strike with each odd stanza a client that is asked for every event; those that end no client any more."""
    from sandbox.phones.odd_stanzas import ODD  # noqa: PLC0415 - what the others do not need is half their time

    number = "628199000001"
    control.post("/phones", json={"number": number}).raise_for_status()
    mended = []
    for name in ODD:
        client = paired(folder, control, number)
        control.post("/faults", json={"kind": "odd_stanza", "target": number, "mode": name}).raise_for_status()
        if not client.heard.broken.wait(WITHIN if not mended else 1.0):
            mended.append(name)
        client.remove()
    return mended


def told(control: Any, folder: Path) -> list[str]:
    """Strike one client with all of them, with a library that allows values which it does not know."""
    from sandbox.phones.odd_stanzas import ODD  # noqa: PLC0415 - what the others do not need is half their time

    assert allow_unknown_values(library_file())
    number = "628199000003"
    control.post("/phones", json={"number": number}).raise_for_status()
    client = paired(folder, control, number)
    found = []
    for name in ODD:
        control.post("/faults", json={"kind": "odd_stanza", "target": number, "mode": name}).raise_for_status()
        client.heard.odd.get(timeout=WITHIN)
        found.append(name)
    assert not client.heard.broken.is_set()
    return found


async def wrong(control: str, folder: Path) -> list[str]:
    """Everything that neonize itself gets wrong, with its own client; what is right by now."""
    import aiohttp  # noqa: PLC0415

    from benchmarks.bare import pair  # noqa: PLC0415

    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(16))
    async with aiohttp.ClientSession() as http:
        client = await pair(control, http, "628199000002", folder, os.environ["WHATSAPP_PROXY"])
    return [name for name, is_mended in WRONG.items() if await is_mended(client)]


async def _timer(client: Any) -> bool:
    group = await client.create_group("faults", [])
    await client.set_disappearing_timer(group.JID, timedelta(days=1))
    return (await client.get_group_info(group.JID)).GroupEphemeral.DisappearingTimer == 86_400


async def _privacy(client: Any) -> bool:
    from neonize.exc import SetPrivacySettingError  # noqa: PLC0415
    from neonize.utils.enum import PrivacySetting, PrivacySettingType  # noqa: PLC0415

    try:
        await client.set_privacy_setting(PrivacySettingType.LAST_SEEN, PrivacySetting.NONE)
    except SetPrivacySettingError:
        return False
    return True


async def _revoke(client: Any) -> bool:
    from neonize.utils.jid import build_jid  # noqa: PLC0415

    me = await client.get_me()
    made = await client.build_revoke(build_jid("628123456789"), me.LID, "3EB0")
    return made.protocolMessage.key.fromMe


async def _picture(client: Any) -> bool:
    from neonize.proto.Neonize_pb2 import GetProfilePictureParams  # noqa: PLC0415

    await client.set_profile_photo(_jpeg())
    me = (await client.get_me()).JID
    return (await client.get_profile_picture(me, GetProfilePictureParams(Preview=True))).Type == "preview"


async def _no_picture(client: Any) -> bool:
    from neonize.exc import SetGroupPhotoError  # noqa: PLC0415

    try:
        await client.set_profile_photo(b"")
    except SetGroupPhotoError:
        return False
    return True


async def _app_state(client: Any) -> bool:
    from neonize.exc import SendAppStateError  # noqa: PLC0415
    from neonize.proto.Neonize_pb2 import MutationInfo, PatchInfo  # noqa: PLC0415

    change = MutationInfo(Index=["pin_v1", "628123456789@s.whatsapp.net"], Version=5)
    change.Value.pinAction.pinned = True
    try:
        await client.send_app_state(PatchInfo(Timestamp=1, Type=PatchInfo.REGULAR_LOW, Mutations=[change]))
    except SendAppStateError:
        return False
    return True


WRONG: dict[str, Callable[[Any], Awaitable[bool]]] = {
    "a timedelta as a disappearing timer": _timer,
    "set_privacy_setting": _privacy,
    "revoking by the own LID": _revoke,
    "some of the parameters of a picture": _picture,
    "removing a picture": _no_picture,
    "send_app_state": _app_state,
}
"""By name; each says whether it is mended."""


def _jpeg() -> bytes:
    from PIL import Image  # noqa: PLC0415

    made = io.BytesIO()
    Image.new("RGB", (64, 64)).save(made, "JPEG")
    return made.getvalue()


def main(what: str, control: str, folder: Path) -> None:
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the library prints
    if what in ABORTS:
        ABORTS[what](folder)
        answer: Any = [what]
    elif what == "wrong":
        answer = asyncio.run(wrong(control, folder))
    else:
        import httpx  # noqa: PLC0415

        with httpx.Client(base_url=control, timeout=WITHIN) as http:
            answer = (told if what == "told" else pump)(http, folder)
    print(json.dumps(answer), file=lines, flush=True)
    os._exit(0)  # the library's threads would hold it up


if __name__ == "__main__":
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    try:
        main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    except BaseException:  # noqa: BLE001 - whatever it is, it is said
        traceback.print_exc()
        os._exit(1)  # the library's threads would hold it up for good
