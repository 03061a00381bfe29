"""The code in the terminal is one that a camera reads."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from cli.login.qr_drawing import draw_qr

PAIRING = "2@" + "aB3+/" * 28 + "," + "x" * 44 + "," + "y" * 44 + "," + "z" * 44
_MODULES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


@pytest.mark.parametrize("colours", [True, False])
def test_drawn_code_reads_back(colours: bool) -> None:  # noqa: FBT001 - a parameter
    """As the terminal's pixels it says what it should, black on white or in the terminal's own colours."""
    lines = draw_qr(PAIRING, colours=colours)
    if colours:
        assert all(line.startswith("\x1b[") and line.endswith("\x1b[0m") for line in lines)
        lines = [line.split("m", 1)[1].removesuffix("\x1b[0m") for line in lines]
    inked = np.array([[_MODULES[character][half] for character in line] for line in lines for half in (0, 1)])
    dark = inked if colours else 1 - inked  # without colours ink is light on a dark terminal
    picture = np.kron(255 * (1 - dark), np.ones((4, 4))).astype(np.uint8)
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == PAIRING


def test_pairing_code_fits_a_terminal() -> None:
    """A WhatsApp pairing code is drawn in 80 columns."""
    assert max(map(len, draw_qr(PAIRING, colours=False))) <= 80
