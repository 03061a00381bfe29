"""What is shown as a card: events of a calendar, invitations to groups, albums, products, orders, pins."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.shape import Location, Maybe, Shape


class Guest(Shape):
    """What somebody answered to an event."""

    from_number: Maybe[str] = Field(default=None, alias="from")
    from_lid: Maybe[str] = None
    response: Maybe[Literal["going", "not_going", "maybe"]] = None
    guests: Maybe[int] = None
    """Whom they bring, beside themselves."""


class Calendar(Shape):
    """An event to come to. Times are seconds since 1970."""

    name: Maybe[str] = None
    description: Maybe[str] = None
    starts_at: Maybe[int] = None
    ends_at: Maybe[int] = None
    location: Maybe[Location] = None
    link: Maybe[str] = None
    """Where a call can be joined."""
    cancelled: Maybe[bool] = None
    answers: Maybe[tuple[Guest, ...]] = None


class EventAnswer(Shape):
    """Whether somebody comes to an event; only the event where that is sealed."""

    message_id: str
    """The event."""
    response: Maybe[Literal["going", "not_going", "maybe"]] = None
    guests: Maybe[int] = None
    """Whom they bring, beside themselves."""


class Invite(Shape):
    """An invitation to a group."""

    group: Maybe[str] = None
    """Its JID."""
    name: Maybe[str] = None
    code: Maybe[str] = None
    """What `POST /api/group/accept-invite` takes."""
    expires_at: Maybe[int] = None
    """Seconds since 1970."""


class Album(Shape):
    """Pictures and videos that belong together: how many follow, or, in one of these, which album it is of."""

    message_id: Maybe[str] = None
    """Of a picture or a video: the album."""
    images: Maybe[int] = None
    videos: Maybe[int] = None


class Product(Shape):
    """A product of a business, or its catalogue."""

    id: Maybe[str] = None
    title: Maybe[str] = None
    description: Maybe[str] = None
    price: Maybe[float] = None
    sale_price: Maybe[float] = None
    currency: Maybe[str] = None
    """Three letters (ISO 4217)."""
    url: Maybe[str] = None
    seller: Maybe[str] = None
    """Phone number or LID of the business."""


class Order(Shape):
    """What somebody ordered of a business."""

    id: Maybe[str] = None
    title: Maybe[str] = None
    items: Maybe[int] = None
    total: Maybe[float] = None
    currency: Maybe[str] = None
    """Three letters (ISO 4217)."""
    status: Maybe[Literal["inquiry", "accepted", "declined"]] = None
    seller: Maybe[str] = None
    """Phone number or LID of the business."""


class Pin(Shape):
    """A message that is shown on top of its chat, or no more."""

    message_id: str
    pinned: bool
    seconds: Maybe[int] = None
    """For how long."""
