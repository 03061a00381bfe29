"""The options that say which gateway a command speaks to, and with which keys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich_click as click

from cli.gateway.api import Access, Gateway
from cli.gateway.data_folder import DataFolder

DEFAULT_URL = "http://127.0.0.1:3000"
Callback = Callable[..., None]

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="WAGATE_DATA_DIR",
    default=Path("data"),
    show_default=True,
    show_envvar=True,
    help="The gateway's data folder on this machine, which has the gateway's address and the admin key.",
)
_url_option = click.option(
    "--url", envvar="WAGATE_URL", show_envvar=True, help=f"The gateway's address.  [default: {DEFAULT_URL}]"
)
_key_option = click.option("--key", envvar="WAGATE_API_KEY", show_envvar=True, help="The API key, wa_…")
_admin_key_option = click.option(
    "--admin-key", envvar="WAGATE_ADMIN_KEY", show_envvar=True, help="The admin key.  [default: from the data folder]"
)


def with_gateway(function: Callback) -> Callback:
    """Add `--url`, `--key` and `--data`, and pass the `gateway` they name."""

    @functools.wraps(function)
    def callback(*args: Any, url: str | None, key: str | None, data: Path, **rest: Any) -> None:  # noqa: ANN401 - click's
        function(*args, gateway=reached(data, url, api_key=key), **rest)

    return _url_option(_key_option(data_option(callback)))


def with_admin_gateway(function: Callback) -> Callback:
    """Add `--url`, `--admin-key` and `--data`, and pass the `gateway` they name."""

    @functools.wraps(function)
    def callback(*args: Any, url: str | None, admin_key: str | None, data: Path, **rest: Any) -> None:  # noqa: ANN401 - click's
        found = admin_key or DataFolder(data).admin_key()
        function(*args, gateway=reached(data, url, admin_key=found), **rest)

    return _url_option(_admin_key_option(data_option(callback)))


def with_both_keys(function: Callback) -> Callback:
    """Add `--url`, `--key`, `--admin-key` and `--data`, and pass the `gateway` they name."""

    @functools.wraps(function)
    def callback(
        *args: Any,  # noqa: ANN401 - click's
        url: str | None,
        key: str | None,
        admin_key: str | None,
        data: Path,
        **rest: Any,  # noqa: ANN401 - click's
    ) -> None:
        found = admin_key or DataFolder(data).admin_key()
        function(*args, gateway=reached(data, url, api_key=key, admin_key=found), **rest)

    return _url_option(_key_option(_admin_key_option(data_option(callback))))


def reached(data: Path, url: str | None, *, api_key: str | None = None, admin_key: str | None = None) -> Gateway:
    """The gateway at `address_of`, with these keys."""
    return Gateway(Access(address_of(data, url), api_key=api_key or None, admin_key=admin_key))


def address_of(data: Path, url: str | None) -> str:
    """`url`, else where the gateway is that runs on the data folder, else the usual place."""
    running = DataFolder(data).running()
    return url or (running.url if running else DEFAULT_URL)
