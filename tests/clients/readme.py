"""The programs in a README of the clients."""

from __future__ import annotations

import re
from pathlib import Path

CLIENTS = Path(__file__).parents[2] / "clients"


def programs(page: Path, language: str) -> list[str]:
    """Every block of the page in this language."""
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
