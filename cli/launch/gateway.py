"""A whole gateway on one machine: started in order, watched, stopped in order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass

from cli.gateway import ports
from cli.gateway.data_folder import DataFolder, RunningGateway
from cli.launch import programs
from cli.launch.children import Family, family
from cli.launch.logs import LARGEST, keep_small
from cli.launch.member import Member
from cli.program.failure import Failure
from cli.program.output import tell
from sandbox.environment import SandboxAddresses
from shared.proxy import proxy_of

_STOP_WITHIN = 4.2
"""Seconds for the API and the session host, which gives its shards 3; NATS has the rest of 5."""
_NATS_STOP_WITHIN = 0.6
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):  # noqa: N818 - somebody asked for it
    """Ctrl-C or SIGTERM."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for.

    Attributes:
        folder: the data folder, prepared and locked.
        lock: the descriptor of its lock.
        host: the address the API listens on.
        port: its port.
        inherited: the environment that the processes get, beside their settings.
        admin_key: of the API's admin routes.
        control_port: the port of the sandbox's control API; None against the real WhatsApp.
        log_bytes: how large a log may become before it is turned.
    """

    folder: DataFolder
    lock: int
    host: str
    port: int
    inherited: Mapping[str, str]
    admin_key: str
    control_port: int | None
    log_bytes: int = LARGEST


async def run(plan: Plan, on_ready: Callable[[RunningGateway], None]) -> None:
    """Run until Ctrl-C or SIGTERM; a second one ends everything at once.

    Raises:
        Failure: a process did not start; the others are stopped.
    """
    stopping = asyncio.Event()
    async with family(plan.lock) as children:
        plan.folder.write_group(children.group)
        _handle_signals(stopping, children)
        members: list[Member] = []
        try:
            gateway = await _unless(stopping, _start(plan, children, members))
            plan.folder.write_running(gateway)
            on_ready(gateway)
            await _watch(members, children, stopping, plan.log_bytes)
        except Stopped:
            pass
        finally:
            plan.folder.forget_running()
            await _stop(members)
            children.kill()  # the time is over: what is left, if anything, belongs to one that had to be killed


async def _start(plan: Plan, children: Family, members: list[Member]) -> RunningGateway:
    places = programs.Places.choose(plan.folder, plan.host, plan.port, ports.free_port())
    nats = programs.nats_server(places)
    api = programs.api(places, plan.inherited, plan.admin_key, plan.control_port)
    members += [nats, api]
    try:
        async with asyncio.TaskGroup() as tasks:  # all at once, but for what one needs of another
            listening = tasks.create_task(nats.start(children, tell))
            hosting = tasks.create_task(_start_host(plan, places, children, members, listening))
            watching = tasks.create_task(_fail_with_host(hosting))
            await listening
            await api.start(children, tell)
            watching.cancel()
    except* Failure as failures:
        raise failures.exceptions[0] from None
    _, addresses = hosting.result()
    return RunningGateway(
        pid=os.getpid(),
        kind="whatsapp" if addresses is None else "sandbox",
        url=places.url,
        nats_url=places.nats_url,
        nats_token=places.nats_token,
        sandbox_url=None if addresses is None else addresses.control,
        whatsapp_proxy=proxy_of(plan.inherited) if addresses is None else addresses.proxy,
        certificates=plan.inherited.get("SSL_CERT_FILE") if addresses is None else str(addresses.ca_file),
    )


async def _start_host(
    plan: Plan, places: programs.Places, children: Family, members: list[Member], listening: asyncio.Task[None]
) -> tuple[Member, SandboxAddresses | None]:
    """Start the session host once NATS listens, and the sandbox where there is to be one: it needs its addresses."""
    addresses = None
    if plan.control_port is not None:
        sandbox = programs.sandbox_whatsapp(places, plan.inherited, plan.control_port)
        members.append(sandbox)
        await sandbox.start(children, tell)
        addresses = SandboxAddresses.load(programs.sandbox_ready_file(plan.folder))
    await listening
    host = programs.session_host(places, plan.inherited, addresses)
    members.append(host)
    await host.start(children, _say_nothing)
    return host, addresses


async def _fail_with_host(hosting: asyncio.Task[tuple[Member, SandboxAddresses | None]]) -> None:
    """Raise what to say when the session host ends while the API waits for it; until cancelled."""
    await asyncio.wait({hosting})
    if hosting.exception() is None:
        host, _ = hosting.result()
        raise await host.ended()


def _say_nothing(_: str) -> None:
    """The session host works when the API is ready, which says so."""


async def _watch(members: list[Member], children: Family, stopping: asyncio.Event, log_bytes: int) -> None:
    async def until_stopped() -> None:
        await stopping.wait()
        raise Stopped

    try:
        async with asyncio.TaskGroup() as tasks:
            for member in members:
                tasks.create_task(member.keep(children, tell))
            tasks.create_task(keep_small([member.log for member in members], log_bytes))
            tasks.create_task(until_stopped())
    except* Stopped:
        pass


async def _stop(members: list[Member]) -> None:
    """The ones that use NATS first, all at once."""
    if not members:
        return
    nats, *others = members
    await asyncio.gather(*(member.stop(_STOP_WITHIN) for member in others))
    await nats.stop(_NATS_STOP_WITHIN)


def _handle_signals(stopping: asyncio.Event, children: Family) -> None:
    def stop() -> None:
        if stopping.is_set():
            tell("Ending everything at once.")
            children.kill()
            return
        tell("Stopping (within 5 s; press Ctrl-C again to end at once) ...")
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)


async def _unless(stopping: asyncio.Event, start: Coroutine[None, None, RunningGateway]) -> RunningGateway:
    """What `start` returns; Stopped when that comes first."""
    starting = asyncio.create_task(start)
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        raise Stopped
    return await starting
