"""What a key may know of itself."""

from __future__ import annotations

from litestar import Response

from functions.admin.schemas import KeyAnswer, key_shown
from functions.families import Family
from functions.http.answers import answer
from functions.http.requests import HttpRequest, tenant
from functions.routing import route


@route("GET", "/api/key", scope="any", answers={200: KeyAnswer}, chats="none")
async def get_own_key(request: HttpRequest) -> Response[bytes]:
    """Show this key: its name, what it may do, and until when. Every key may call this."""
    return answer(KeyAnswer(api_key=key_shown(tenant(request))))


FAMILY = Family("key", (get_own_key,))
"""For programs that are given a key."""
