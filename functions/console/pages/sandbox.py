"""The sandbox, where the gateway has a WhatsApp of its own: phones that scan by one click, contacts that answer."""

from __future__ import annotations

import random
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.params import FromPath

from functions.access.client_address import address_of
from functions.admin.making import make_key
from functions.admin.schemas import GenerateBody
from functions.console.front.cookie import Login, set_cookie
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.pages.faults import TROUBLES
from functions.console.pages.scanning import scan_of, told
from functions.console.sandbox import Sandbox
from functions.console.words.marked import _
from functions.guards import Scope
from functions.http.requests import header
from functions.sessions import logging_in
from functions.sessions.states import states_of
from shared.errors import BadRequest, SandboxRefused, ScopeMissing
from shared.ids import check_session_name

_KEY: Final = "sandbox"
_NAMES: Final = ("Ayu", "Bima", "Citra", "Dewi", "Eka", "Fajar", "Gita", "Hadi", "Indah", "Joko", "Kirana", "Lestari")
_NUMBER_DIGITS: Final = range(7, 16)


@page("POST", "/console/sandbox/enter", opens="nobody")
async def enter(visit: Visit) -> Response[bytes]:
    """Log in without a key, on this machine only: the sandbox is open to whoever is here."""
    visit.login = None
    await visit.form()
    Sandbox(visit.serving.sandbox_url)
    if not _is_here(address_of(visit.request)) or not _is_here(urlsplit(f"//{header(visit.request, 'Host')}").hostname):
        raise ScopeMissing("The sandbox is open without a key on its own machine only. Log in with a key.")
    keys = await visit.serving.keys.all()
    key = next((key for key in keys if key.name == _KEY and key.active and key.expires_at is None), None)
    if key is None:
        key, _ = await make_key(visit.serving, GenerateBody.model_validate({"name": _KEY}))
    login = Login(key_id=key.id, admin=visit.serving.admin_key.mark)
    return visit.go_to("/console/sandbox", set_cookie(visit.request, visit.serving.sealer, login))


@page("GET", "/console/sandbox", chats="none")
async def show(visit: Visit) -> Response[bytes]:
    """The page."""
    sandbox = Sandbox(visit.serving.sandbox_url)
    phones = await sandbox.phones()
    sessions = await visit.serving.session_rows.all(visit.tenant)
    states = await states_of(visit.serving, sessions)
    return visit.page(
        "sandbox.html",
        phones=phones,
        states=states,
        connected=[state for state in states if state.connected],
        faults=await sandbox.faults(),
        troubles=TROUBLES,
        hit=None,
        suggested=_new_number(),
        name=random.choice(_NAMES),  # noqa: S311 - of nobody
    )


@page("GET", "/console/sandbox/scanners/{name:str}", scope=Scope.SESSIONS_WRITE)
async def scanners(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """The phones that can scan the code of a session."""
    phones = await Sandbox(visit.serving.sandbox_url).phones()
    return visit.page("_scanners.html", phones=[phone for phone in phones if not phone.devices][:8], name=name)


@page("POST", "/console/sandbox/scan/{name:str}", scope=Scope.SESSIONS_WRITE)
async def scan(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Have a phone scan the code that is on the screen; one that is there, or a new one."""
    form = await visit.form()
    sandbox = Sandbox(visit.serving.sandbox_url)
    session = await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))
    reply = await logging_in.shown_now(visit.serving, session, request_id=visit.id)
    if reply is None or reply.qr is None:
        raise SandboxRefused("There is no code on the screen that a phone could scan. Press 'New code'.")
    number = form.one("number") or _new_number()
    if not form.one("number"):
        await sandbox.make_phone(number, random.choice(_NAMES))  # noqa: S311 - of nobody
    await sandbox.scan(_digits(number), reply.qr)
    after = await logging_in.shown_now(visit.serving, session, request_id=visit.id)
    return visit.page("_scan.html", scan=await scan_of(visit, session) if after is None else await told(session, after))


@page("POST", "/console/sandbox/phones")
async def make_phone(visit: Visit) -> Response[bytes]:
    """Make a phone."""
    form = await visit.form()
    await Sandbox(visit.serving.sandbox_url).make_phone(_digits(form.one("number")), form.one("name")[:100])
    return visit.go_to("/console/sandbox")


@page("POST", "/console/sandbox/contacts")
async def make_contact(visit: Visit) -> Response[bytes]:
    """Make a contact, who answers if an answer is given."""
    form = await visit.form()
    sandbox = Sandbox(visit.serving.sandbox_url)
    await sandbox.make_contact(_digits(form.one("number")), form.one("name")[:100], form.one("reply")[:1000] or None)
    return visit.go_to("/console/sandbox")


@page("POST", "/console/sandbox/write")
async def write(visit: Visit) -> Response[bytes]:
    """Have a contact write to a session."""
    form = await visit.form()
    sandbox = Sandbox(visit.serving.sandbox_url)
    await sandbox.write(_digits(form.one("from")), _digits(form.one("to")), form.one("text")[:4096])
    return visit.page("done.html", words=_("The message is on its way."), more="")


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    if len(digits) not in _NUMBER_DIGITS:
        raise BadRequest("A number has 7 to 15 digits, with the country code: 628123456789.", field="number")
    return digits


def _new_number() -> str:
    return f"62811{random.randrange(1_000_000, 9_999_999)}"  # noqa: S311 - nobody has it


def _is_here(host: str | None) -> bool:
    """Whether this is the machine itself, by a name that nobody else can give (DNS rebinding)."""
    try:
        return host == "localhost" or (host is not None and ip_address(host).is_loopback)
    except ValueError:
        return False


PAGES = (enter, show, scanners, scan, make_phone, make_contact, write)
