"""Routes of what people say of themselves on their phones, and whom they let see it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.control.phones import phone_of
from sandbox.people.person import PRIVACY, Audience, Business
from sandbox.phones import profile_changes
from sandbox.state.accounts import Account, parse_number

_Number = Annotated[str, AfterValidator(parse_number)]
_Everybody = Literal["all", "contacts", "contact_blacklist", "none"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=True)


class BusinessProfile(_Body):
    """What a business says of itself."""

    name: str = Field(min_length=1)
    description: str = ""
    address: str = ""
    email: str = ""


class Profile(_Body):
    """What is to change of a person's profile; `business` null: they are none any more."""

    name: str | None = Field(default=None, min_length=1)
    about: str | None = Field(default=None, max_length=139)
    business: BusinessProfile | None = None
    timer: int | None = None


class Privacy(_Body):
    """What is to change of whom a person lets see what. `contacts`: who are theirs."""

    last: _Everybody | None = None
    online: Literal["all", "match_last_seen"] | None = None
    profile: _Everybody | None = None
    status: _Everybody | None = None
    readreceipts: Literal["all", "none"] | None = None
    groupadd: _Everybody | None = None
    calladd: Literal["all", "known"] | None = None
    excluded: list[_Number] | None = None
    contacts: list[_Number] | None = None
    audience: Audience | None = None
    audience_list: list[_Number] = Field(default_factory=list[str])


class Block(_Body):
    """Somebody to block, or with `off` to unblock."""

    number: _Number
    off: bool = False


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of profiles, privacy and block lists; a contact is a person with a phone too."""
    table = web.RouteTableDef()

    @table.get("/{kind:phones|contacts}/{number}/profile")
    async def show(request: web.Request) -> web.Response:
        return web.json_response(_shown(network, phone_of(request, network)))

    @table.post("/{kind:phones|contacts}/{number}/profile")
    async def say(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        _say(network, account, await body(request, Profile))
        return web.json_response(_shown(network, account))

    @table.post("/{kind:phones|contacts}/{number}/privacy")
    async def hide(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        _hide(network, account, await body(request, Privacy))
        return web.json_response(_shown(network, account))

    @table.post("/{kind:phones|contacts}/{number}/block")
    async def block(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        wanted = await body(request, Block)
        other = network.directory.find(wanted.number)
        if other is None:
            raise ControlError(404, f"nobody here has the number {wanted.number}")
        profile_changes.block(network, account, other, off=wanted.off)
        return web.json_response(_shown(network, account))

    return table


def _say(network: Network, account: Account, wanted: Profile) -> None:
    if wanted.name is not None:
        network.directory.rename(account, wanted.name)
    if wanted.about is not None:
        profile_changes.say_about(network, account, wanted.about)
    if "business" in wanted.model_fields_set:
        said = wanted.business
        network.people.set_business(account.number, Business(**said.model_dump()) if said else None)
    if wanted.timer is not None:
        profile_changes.set_timer(network, account, wanted.timer)


def _hide(network: Network, account: Account, wanted: Privacy) -> None:
    people, number = network.people, account.number
    settings = {name: value for name in PRIVACY if (value := getattr(wanted, name)) is not None}
    if settings:
        profile_changes.set_privacy(network, account, settings)
    if wanted.excluded is not None:
        people.exclude(number, wanted.excluded)
    if wanted.contacts is not None:
        for other in people.of(number).contacts[:]:
            people.save_contact(number, other, off=True)
        for other in wanted.contacts:
            people.save_contact(number, other)
    if wanted.audience is not None:
        people.set_audience(number, wanted.audience, wanted.audience_list)


def _shown(network: Network, account: Account) -> dict[str, Any]:
    person = network.people.of(account.number)
    picture = network.pictures.of(account.number)
    business = person.business
    return {
        "number": account.number,
        "lid": account.lid,
        "name": account.name,
        "about": person.about,
        "business": {name: getattr(business, name) for name in BusinessProfile.model_fields} if business else None,
        "picture": {"id": picture.id, "url": picture.url, "size": len(picture.jpeg)} if picture else None,
        "privacy": {name: person.setting(name) for name in PRIVACY},
        "excluded": person.excluded,
        "contacts": person.contacts,
        "audience": person.audience,
        "audienceList": person.audience_list,
        "blocked": person.blocked,
        "timer": person.timer,
        "available": any((account.number, device) in network.available for device in account.devices),
    }
