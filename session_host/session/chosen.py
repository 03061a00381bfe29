"""What was chosen for each session of a shard, as its row said last; asked on any thread."""

from __future__ import annotations

from dataclasses import replace

import structlog

from session_host.whatsapp.client_options import ClientOptions
from shared.contracts.call_events import CallEnded, CallRang
from shared.contracts.event import Event
from shared.contracts.events import MessageReceived
from shared.errors import SecretsKeyMissing, SecretUnreadable
from shared.sealing.sealer import Sealer
from shared.sessions.chosen import AS_AT_FIRST, Choices, choices_of
from shared.sessions.model import Held, Session
from shared.sessions.sealed_proxy import UNREADABLE, opened_proxy

log = structlog.get_logger("session_host")


class Chosen:
    """Of one shard."""

    def __init__(self, sealer: Sealer, of_host: ClientOptions | None = None) -> None:
        """`of_host`: those of clients of sessions that chose nothing else."""
        self._sealer = sealer
        self._of_host = of_host or ClientOptions()
        self._of: dict[str, tuple[int, Choices]] = {}

    def take(self, row: Session) -> None:
        """Go by what a row says from now on, unless a later one was taken before."""
        version, _ = self._of.get(row.uid, (-1, None))
        if row.settings_version > version:
            self._of[row.uid] = (row.settings_version, choices_of(row.settings))

    def differs(self, row: Held) -> bool:
        """Whether other settings were chosen since; a row that an older version wrote says nothing of them."""
        version, _ = self._of.get(row.uid, (0, None))
        return row.settings_version > version

    def of(self, uid: str) -> Choices:
        """Of a session; of one that is not known here, what is so at first."""
        _, choices = self._of.get(uid, (0, AS_AT_FIRST))
        return choices

    def client_options(self, uid: str) -> ClientOptions:
        """How the next client of a session connects, and what it calls itself."""
        choices, options = self.of(uid), self._of_host
        if choices.proxy is not None:
            options = replace(options, proxy=self._opened(choices.proxy, uid), own_proxy=True)
        options = replace(options, history_days=choices.history.days)
        return options if choices.device_name is None else replace(options, device_name=choices.device_name)

    def _opened(self, proxy: str, uid: str) -> str:
        try:
            return opened_proxy(proxy, uid, self._sealer)
        except (SecretsKeyMissing, SecretUnreadable) as error:
            log.warning("proxy_not_decrypted", session=uid, error=str(error))
            return UNREADABLE

    def ignores(self, uid: str, event: Event) -> bool:
        """Whether an event of a session is dropped."""
        ignore = self.of(uid).ignore
        if isinstance(event, MessageReceived):
            return ignore.has(event.chat)
        return ignore.calls and isinstance(event, (CallRang, CallEnded))
