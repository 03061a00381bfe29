"""A window of the browser, for whoever sits at this machine."""

from __future__ import annotations

import threading


def open_console(url: str) -> None:
    """Show an address in the browser of whoever sits here; nobody waits for it."""
    import webbrowser  # noqa: PLC0415 - a gateway on a server never does

    threading.Thread(target=webbrowser.open, args=(url,), daemon=True, name="browser").start()
