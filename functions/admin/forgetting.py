"""Says that a session host will not come back."""

from __future__ import annotations

from functions.services import Services
from shared.errors import HostNotFound


async def give_up_on(serving: Services, host: str) -> int:
    """Forget what a host that is gone may have in its journals; how many events waited in them when it was last heard.

    Raises:
        HostNotFound: nothing of it is out of reach.
    """
    left = [lease for lease in await serving.leases.all() if lease.host == host and lease.left_at]
    if not left:
        raise HostNotFound("There is no lost host of that name with a journal that nobody can reach.")
    for lease in left:
        await serving.leases.remove(lease)  # unless it came back in this moment
    return sum(lease.waiting for lease in left)
