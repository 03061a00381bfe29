"""Kinds without a file that a contact with a real client sends, as they are in the inbox."""

from pathlib import Path
from typing import Any

import pytest

from tests.session_host.arriving import set_up

_ROWS = [{"id": "s", "text": "Small", "description": "30 cm"}, {"id": "l", "text": "Large"}]
_BUTTONS = [{"type": "reply", "id": "s", "text": "Small"}, {"type": "reply", "id": "l", "text": "Large"}]
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "event": (
        {"name": "Party", "text": "Bring cake", "startsAt": 1_800_000_000},
        {
            "message": "Party",
            "event": {"name": "Party", "description": "Bring cake", "startsAt": 1_800_000_000},
        },
    ),
    "group_invite": (
        {"groupJid": "1203@g.us", "inviteCode": "abc", "name": "Team", "text": "join"},
        {"message": "join", "invite": {"group": "1203@g.us", "name": "Team", "code": "abc"}},
    ),
    "album": ({"count": 2}, {"album": {"images": 2}}),
    "order": (
        {"title": "Two pizzas", "text": "please", "count": 2},
        {"message": "please", "order": {"title": "Two pizzas", "items": 2}},
    ),
    "product": ({"title": "Pizza", "text": "hot"}, {"message": "hot", "product": {"title": "Pizza"}}),
    "buttons": (
        {"text": "Well?", "footer": "Shop", "buttons": _ROWS},
        {"message": "Well?", "interactive": {"footer": "Shop", "buttons": _BUTTONS}},
    ),
    "list": (
        {"title": "Menu", "text": "Choose", "buttonText": "Open", "sections": [{"title": "Pizza", "rows": _ROWS}]},
        {
            "message": "Choose",
            "interactive": {
                "title": "Menu",
                "buttonText": "Open",
                "sections": [
                    {
                        "title": "Pizza",
                        "rows": [
                            {"id": "s", "title": "Small", "description": "30 cm"},
                            {"id": "l", "title": "Large"},
                        ],
                    }
                ],
            },
        },
    ),
    "interactive": (
        {"text": "Well?", "buttons": [{"id": "a", "text": "Site", "type": "url", "value": "https://x.test"}]},
        {
            "message": "Well?",
            "interactive": {"buttons": [{"type": "url", "id": "a", "text": "Site", "url": "https://x.test"}]},
        },
    ),
    "poll": (
        {"question": "When?", "options": ["now", "later"], "multiple": True},
        {"message": "When?", "poll": {"question": "When?", "options": ["now", "later"], "multiple": True}},
    ),
}
"""What the contact is told to send; what is shown."""


@pytest.mark.proves("in", "neonize", "event", "group_invite", "album", "order", "product")
@pytest.mark.proves("in", "neonize", "buttons", "list", "interactive", "pin")
async def test_what_has_no_file(whatsapp: Any, nats_url: str, tmp_path: Path) -> None:
    """Each as what it is, with all of it."""
    async with set_up(whatsapp, nats_url, tmp_path) as setting:
        contact = f"/contacts/{setting.contact}"
        for type_, (said, shown) in KINDS.items():
            sent = await whatsapp.post(f"{contact}/send", to=setting.number, type=type_, **said)
            row = await setting.row(sent["id"])
            assert (row.type, row.content) == (type_, shown)
        for off, pin in ((False, {"pinned": True, "seconds": 86_400}), (True, {"pinned": False})):
            said = await whatsapp.post(f"{contact}/pin", messageId=row.id, off=off)
            found = await setting.row(said["id"])
            assert (found.type, found.content["pin"]) == ("pin", {"messageId": row.id} | pin)
