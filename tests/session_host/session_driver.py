"""Live sessions in a process of their own, driven by lines of JSON on stdin, telling what happens on stdout.

Run as `python -m sandbox.trust session_driver FOLDER [OPTIONS]`, with this folder in PYTHONPATH. The library prints
to stdout too, so the lines go to a duplicate of it and what the library prints goes to stderr.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from session_host.session.live_session import LiveSession, SessionSettings
from session_host.session.login import login, pair_code
from session_host.session.probe import Probe
from session_host.session.signs import Signs
from session_host.whatsapp.client import Arrival, InDoubt, NotLookedUp, NotSent
from session_host.whatsapp.client_options import ClientOptions
from session_host.whatsapp.clients import NeonizeClients
from session_host.whatsapp.healing import SendDeadlines
from shared.contracts.content.text import Text
from shared.errors import WagateError
from shared.jids import Jid


class Driver:
    def __init__(self, folder: Path, options: dict[str, Any], lines: Any) -> None:
        self.folder = folder
        self.lines = lines
        self.settings = SessionSettings(**options.get("settings", {}))
        self.clients = NeonizeClients(
            max_sessions=options.get("max_sessions", 100),
            options=ClientOptions(os.environ["WHATSAPP_PROXY"]),
            deadlines=SendDeadlines(**options.get("deadlines", {})),
        )
        self.sessions: dict[str, LiveSession] = {}
        self.signs = Signs()
        self.probes: list[Probe] = []

    def tell(self, **fields: Any) -> None:
        self.lines.write(json.dumps(fields) + "\n")
        self.lines.flush()

    def session(self, name: str) -> LiveSession:
        if name not in self.sessions:
            self.sessions[name] = LiveSession(
                name,
                self.folder / name,
                self.clients,
                lambda arrival: self.hear(name, arrival),
                lambda report: self.tell(session=name, report=asdict(report)),
                self.settings,
            )
        return self.sessions[name]

    def hear(self, name: str, arrival: Arrival) -> None:
        self.signs.heard(name)
        self.tell(session=name, event=arrival.event.model_dump(mode="json"), held=arrival.held)

    async def obey(self, command: dict[str, Any]) -> None:
        session = self.session(command["session"])
        try:
            answer = await self.do(session, command)
        except NotSent as error:
            answer = {"error": "NotSent", "text": str(error), "refused": error.refused, "code": error.code}
        except NotLookedUp as error:
            answer = {"error": "NotLookedUp", "text": str(error), "code": error.code}
        except InDoubt as error:
            answer = {"error": "InDoubt", "text": str(error), "wa_id": error.wa_id}
        except WagateError as error:
            answer = {"error": error.code, "text": error.message, **error.details}
        self.tell(reply=command["id"], answer=answer)

    async def do(self, session: LiveSession, command: dict[str, Any]) -> Any:  # noqa: PLR0911 - one for each command
        match command["do"]:
            case "start":
                return await session.start(login=command["login"])
            case "login":
                return (await login(session, command["timeout"])).model_dump()
            case "pair_code":
                return (await pair_code(session, command["number"], command["timeout"])).model_dump()
            case "send":
                secret = session.secret_of(command["message_id"])
                return asdict(await session.send(Jid.parse(command["to"]), Text(text=command["text"]), secret))
            case "check_number":
                found = await session.check_number(command["number"])
                return {"exists": found.exists, "jid": str(found.jid), "lid": str(found.lid)}
            case "unlink":
                return asdict(await session.unlink(20))
            case "probe":
                signs = self.signs.add(session.uid)
                self.probes.append(
                    Probe(session, signs, after=command["after"], echoed_within=command["echoed_within"])
                )
                return None
            case "close":
                await session.close()
                del self.sessions[session.uid]
                return None
            case name:
                return await getattr(session, name)()


async def main() -> None:
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    options = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    driver = Driver(Path(sys.argv[1]), options, lines)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    driver.tell(ready=True)
    tasks: set[asyncio.Task[None]] = set()
    while line := await reader.readline():
        tasks.add(asyncio.create_task(driver.obey(json.loads(line))))
    await asyncio.gather(*tasks)
    await asyncio.gather(*(probe.close() for probe in driver.probes))
    await asyncio.gather(*(session.close() for session in driver.sessions.values()))


if __name__ == "__main__":
    asyncio.run(main())
