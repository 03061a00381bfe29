"""For what never meets a message that is asked for again."""

from session_host.inbound.resends import Resends
from shared.adapters.stores import Stores
from shared.ids import now_ms
from shared.jids import Jid


def no_resends(stores: Stores) -> Resends:
    """One that fails the test when it is asked."""

    async def devices_of(uid: str, jid: Jid) -> int:
        raise AssertionError(f"{uid} is asked how many devices {jid} has")

    return Resends(stores.messages, devices_of, lambda _: None, now_ms)
