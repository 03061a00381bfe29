"""Somebody who follows events: from where they ask on, for as long as their key is good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

from functions.access.client_address import address_of
from functions.events.asked import Asked
from functions.http.requests import Connection
from functions.services import services
from shared.errors import NotSupported, StoreUnavailable
from shared.events.cursor import Cursor
from shared.events.feed import News

QUIET = 10.0
"""Seconds after which a follower is told that there is nothing new, and after which its key is looked at again."""
NOT_HERE = "A Lambda function cannot stream: use GET /api/events with 'wait', or run the API as a container."


class Followed(NamedTuple):
    """Where it begins, and what comes from there on; News without events when there are none for a while."""

    begin: Cursor
    news: AsyncGenerator[News]


@asynccontextmanager
async def following(connection: Connection, asked: Asked, secret: str) -> AsyncGenerator[Followed]:
    """What is asked for, by whoever has this key.

    Raises:
        NotSupported: this process cannot stream.
        TooManyStreams: see there.
        WagateError: as `Reading.begin`; while it is followed also as `Feed.follow`, and what is wrong with the key.
    """
    serving = services(connection)
    if serving.streams is None:
        raise NotSupported(NOT_HERE)
    cursor = await serving.reading.begin(asked.key_id, asked.after)
    with serving.streams.admitted(asked.key_id):
        async with (
            serving.streams.feed(asked.key_id, asked.uid) as feed,
            aclosing(_while_good(connection, secret, asked, feed.follow(cursor, QUIET))) as news,
        ):
            yield Followed(cursor, news)


async def _while_good(
    connection: Connection, secret: str, asked: Asked, news: AsyncGenerator[News]
) -> AsyncGenerator[News]:
    clock = asyncio.get_running_loop().time
    look = clock() + QUIET
    async with aclosing(news) as source:
        async for each in source:
            if clock() >= look:
                look = clock() + QUIET
                await _check_key(connection, secret, asked)
            yield each


async def _check_key(connection: Connection, secret: str, asked: Asked) -> None:
    try:
        key = await services(connection).authenticator.key_of(secret, address_of(connection))
    except StoreUnavailable:
        return  # it was good when it was last seen
    asked.limits = key.limits
