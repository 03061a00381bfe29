"""Clients that wait to be paired: the references in the QR codes they show, and the codes they wait for."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from sandbox.connections.connection import Connection
from sandbox.pairing.link_code import PrimaryExchange


@dataclass(slots=True)
class CodeRequest:
    """A client that shows a code for a number, and how far the exchange with the phone has come."""

    connection: Connection
    number: str
    reference: bytes
    wrapped_key: bytes
    noise_key: bytes
    exchange: PrimaryExchange | None = None
    bundle: asyncio.Future[bytes] | None = None


@dataclass(frozen=True, slots=True)
class _Offer:
    connection: Connection
    expires: float  # monotonic


class Pairings:
    """What is on offer right now. A client that leaves takes its offers with it."""

    def __init__(self) -> None:
        self._offers: dict[str, _Offer] = {}
        self._requests: dict[str, CodeRequest] = {}
        self._rounds: dict[Connection, asyncio.TimerHandle] = {}

    def offer(self, connection: Connection, references: list[str], lifetime: float) -> None:
        """Note the references that a client was given; they end together in `lifetime` seconds."""
        self._forget_offers(connection)
        expires = time.monotonic() + lifetime
        self._offers.update({reference: _Offer(connection, expires) for reference in references})

    def take(self, reference: str) -> Connection | None:
        """Return the client that shows this reference, or None when it expired or never was."""
        offer = self._offers.get(reference)
        return offer.connection if offer and offer.expires > time.monotonic() else None

    def next_round(self, connection: Connection, timer: asyncio.TimerHandle) -> None:
        """Keep the timer that ends a client's present round of codes."""
        self._rounds[connection] = timer

    def request(self, request: CodeRequest) -> None:
        """Note that a client shows a code for a number; a later one for the same number takes its place."""
        self._requests[request.number] = request

    def requested(self, number: str) -> CodeRequest | None:
        """Return the client that shows a code for this number, or None."""
        return self._requests.get(number)

    def of_connection(self, connection: Connection) -> CodeRequest | None:
        """Return what this client shows a code for, or None."""
        return next((item for item in self._requests.values() if item.connection is connection), None)

    def leave(self, connection: Connection) -> None:
        """Forget a client: it was paired, or it left."""
        self._forget_offers(connection)
        timer = self._rounds.pop(connection, None)
        if timer is not None:
            timer.cancel()
        request = self.of_connection(connection)
        if request is not None:
            del self._requests[request.number]
            if request.bundle and not request.bundle.done():
                request.bundle.set_exception(ConnectionResetError("the client left before the pairing was done"))

    def _forget_offers(self, connection: Connection) -> None:
        self._offers = {ref: offer for ref, offer in self._offers.items() if offer.connection is not connection}
