"""The composition root: builds one WhatsApp from its settings, opens its doors, closes them again."""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, Literal

from aiohttp import web

from sandbox.app_state.app_states import AppStates
from sandbox.connections.network import Network
from sandbox.connections.online import Online
from sandbox.connections.pairings import Pairings
from sandbox.contacts.adapter import NeonizeContacts
from sandbox.contacts.process import Launch
from sandbox.control.application import control_application
from sandbox.delivery.delivery import Delivery
from sandbox.environment import SandboxAddresses
from sandbox.groups.groups import Groups
from sandbox.media.media_store import MediaStore
from sandbox.media.permits import Permits
from sandbox.newsletters.newsletters import Newsletters
from sandbox.observed.faults import Faults
from sandbox.observed.journal import Journal
from sandbox.people.people import People
from sandbox.people.pictures import Pictures
from sandbox.secrets import secrets_kept
from sandbox.secrets.tls import Certificates
from sandbox.settings import Settings
from sandbox.signal.sessions import Sessions
from sandbox.state.directory import Directory
from sandbox.state.seen import Seen
from sandbox.state.storage import Store
from sandbox.transport.connect_proxy import ConnectProxy
from sandbox.transport.websocket import chat_application, serve

_SHUTDOWN_SECONDS: Final = 0.3


class Sandbox:
    """A running sandbox: `async with Sandbox(settings) as addresses`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> SandboxAddresses:
        """Start everything, write the ready file, return where things are."""
        async with AsyncExitStack() as stack:
            settings = self._settings
            folder = settings.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-")))
            folder.mkdir(parents=True, exist_ok=True)
            store = Store(folder / "sandbox.sqlite" if settings.data else None)
            stack.callback(store.close)
            certificates = secrets_kept.certificates(store)
            network = build_network(settings, store, folder / "media")
            proxy = await self._open_door(stack, network, certificates, folder)
            listener = stack.enter_context(socket.create_server(("127.0.0.1", settings.control_port)))
            ca_file = folder / "ca.pem"
            ca_file.write_bytes(certificates.authority)
            addresses = SandboxAddresses(
                control=f"http://127.0.0.1:{listener.getsockname()[1]}",
                proxy=f"http://127.0.0.1:{proxy}",
                root_key=network.trust.root.public.hex(),
                ca_file=ca_file,
                pid=os.getpid(),
            )
            contacts = NeonizeContacts(_launch(addresses, folder / "contacts"))
            await _open_control(stack, control_application(network, contacts), listener)
            stack.push_async_callback(contacts.close)
            contacts.resume()
            if settings.ready_file:
                stack.callback(settings.ready_file.unlink, missing_ok=True)
                _write_atomically(settings.ready_file, addresses.to_json())
            self._exit = stack.pop_all()
        return addresses

    async def __aexit__(self, *_: object) -> None:
        """Close every connection and write what is left to write."""
        await self._exit.aclose()

    async def _open_door(
        self, stack: AsyncExitStack, network: Network, certificates: Certificates, folder: Path
    ) -> int:
        runner, factory = await serve(chat_application(network), _SHUTDOWN_SECONDS)
        stack.push_async_callback(runner.cleanup)

        def gate() -> Literal["open", "refuse", "hang"]:
            fault = network.faults.strike("unreachable")
            if fault is None:
                return "open"
            return "hang" if fault.mode == "hang" else "refuse"

        proxy = ConnectProxy(certificates.context(folder), factory, gate)
        stack.callback(_end_all, network)
        stack.push_async_callback(proxy.stop)
        return await proxy.start(self._settings.proxy_port)


async def _open_control(stack: AsyncExitStack, application: web.Application, listener: socket.socket) -> None:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listener).start()


def _launch(addresses: SandboxAddresses, folder: Path) -> Launch:
    return Launch(
        root_key=bytes.fromhex(addresses.root_key),
        proxy=addresses.proxy,
        authority=addresses.ca_file,
        control=addresses.control,
        data=folder,
        environment=os.environ,
    )


def build_network(settings: Settings, store: Store, media: Path) -> Network:
    """Return a network with what `store` kept, and the files in the folder `media`."""
    faults, journal, trust = Faults(), Journal(), secrets_kept.trust_root(store)
    directory, people, delivery = Directory(store), People(store), Delivery(store, faults, journal)
    return Network(
        settings=settings,
        trust=trust,
        certificate=trust.certificate(),
        directory=directory,
        people=people,
        pictures=Pictures(store),
        newsletters=Newsletters(store),
        delivery=delivery,
        groups=Groups(store, directory, people, delivery),
        online=Online(),
        pairings=Pairings(),
        faults=faults,
        journal=journal,
        seen=Seen(store),
        media=MediaStore(media, store, max_bytes=settings.media_total_bytes, lifetime=settings.media_lifetime),
        permits=Permits(secrets_kept.media_key(store), settings.media_lifetime),
        sessions=Sessions(store),
        app_states=AppStates(store),
    )


def _end_all(network: Network) -> None:
    for connection in network.online.everyone():
        connection.abort("the sandbox stopped")


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)
