"""Has session hosts give their sessions to others, or take some again."""

from __future__ import annotations

from functions.admin.hosts_schemas import HostShown, hosts_shown
from functions.services import Services
from shared.errors import HostNotFound


async def set_draining(serving: Services, host: str, *, draining: bool) -> HostShown:
    """The host after it was told; raises HostNotFound."""
    if await serving.leases.set_draining(host, draining=draining) == 0:
        raise HostNotFound
    shown = hosts_shown(lease for lease in await serving.leases.all() if lease.host == host)
    if not shown:
        raise HostNotFound
    return shown[0]
