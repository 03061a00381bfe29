"""Session hosts, for whoever runs the gateway: who holds how much, who lives, who gives its sessions away."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.admin.draining import set_draining
from functions.admin.forgetting import give_up_on
from functions.admin.hosts_schemas import hosts_shown
from functions.console.front.page import page
from functions.console.front.visit import Visit
from shared.errors import BadRequest


@page("GET", "/console/hosts", opens="admin")
async def show(visit: Visit) -> Response[bytes]:
    """All of them, and the part of the page that changes."""
    hosts = hosts_shown(await visit.serving.leases.all())
    return visit.page("_hosts.html" if visit.by_htmx else "hosts.html", hosts=hosts)


@page("POST", "/console/hosts/{host:str}/drain", opens="admin")
async def drain(visit: Visit, host: FromPath[str]) -> Response[bytes]:
    """Have it give its sessions to others and take none."""
    return await _told(visit, host, draining=True)


@page("POST", "/console/hosts/{host:str}/undrain", opens="admin")
async def undrain(visit: Visit, host: FromPath[str]) -> Response[bytes]:
    """Have it take sessions again."""
    return await _told(visit, host, draining=False)


@page("POST", "/console/hosts/{host:str}/forget", opens="admin")
async def forget(visit: Visit, host: FromPath[str]) -> Response[bytes]:
    """Give up what is in the journals of one that is gone for good, once its name was typed."""
    form = await visit.form()
    if form.one("typed") != host:
        raise BadRequest("Type the host's name to give up what is in its journals.", field="typed")
    await give_up_on(visit.serving, host)
    return visit.go_to("/console/hosts")


async def _told(visit: Visit, host: str, *, draining: bool) -> Response[bytes]:
    await visit.form()
    await set_draining(visit.serving, host, draining=draining)
    return visit.go_to("/console/hosts")


PAGES = (show, drain, undrain, forget)
