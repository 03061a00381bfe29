"""How something that is asked of a group is refused."""

from __future__ import annotations


class GroupError(Exception):
    """What was asked is refused as a whole; `code` and `text` as WhatsApp has them."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text


def forbidden() -> GroupError:
    """Return the refusal of what is for members, or for admins."""
    return GroupError(403, "forbidden")
