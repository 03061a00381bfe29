"""A QR code in a terminal: half blocks, two modules to a character."""

from __future__ import annotations

import qrcode
from qrcode.constants import ERROR_CORRECT_L

_QUIET_ZONE = 2
"""Modules of border. The standard says 4; phones read 2, and a pairing code is 65 modules wide in a terminal of 80."""
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
_RESET = "\x1b[0m"
_COLOURED = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_PLAIN = {(False, False): "█", (True, False): "▄", (False, True): "▀", (True, True): " "}


def draw_qr(text: str, *, colours: bool) -> list[str]:
    """Draw the code that says `text`; one string for each line of the terminal.

    Args:
        text: what the code says.
        colours: draw black on white whatever the terminal's colours are; without them dark modules are left blank,
            which is right on a dark terminal.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=_QUIET_ZONE)
    code.add_data(text)
    code.make()
    rows = [[bool(module) for module in row] for row in code.get_matrix()]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = _COLOURED if colours else _PLAIN
    halves = zip(rows[::2], rows[1::2], strict=True)
    lines = ["".join(blocks[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in halves]
    return [f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines] if colours else lines
