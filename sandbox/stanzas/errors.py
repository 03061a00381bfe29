"""How a question is refused."""

from __future__ import annotations


class StanzaError(Exception):
    """An iq that is answered with an error; `code` and `text` as WhatsApp has them."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
