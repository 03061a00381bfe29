"""`wagate doctor`: what keeps the gateway from working, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from cli.checks.finding import Finding, print_finding
from cli.checks.installation import installation
from cli.checks.machine import machine
from cli.checks.nats_server import nats_server
from cli.checks.running import gateway
from cli.checks.settings import settings
from cli.checks.storage import storage
from cli.checks.whatsapp import whatsapp
from cli.gateway.access import data_option
from cli.gateway.data_folder import DataFolder
from cli.program.command import WagateCommand, json_option
from cli.program.exit_codes import ExitCode
from cli.program.output import print_json
from session_host.settings import HostSettings
from shared.proxy import proxy_of
from shared.settings import StoreSettings

_NATS_REMEDY = "Check that it runs at WAGATE_NATS_URL, and that this machine can reach it."


@click.command(cls=WagateCommand)
@click.option("--url", envvar="WAGATE_URL", show_envvar=True, help="A gateway on another machine, to check as well.")
@click.option("--key", envvar="WAGATE_API_KEY", show_envvar=True, help="An API key, to check its sessions.")
@data_option
@json_option
def doctor(*, url: str | None, key: str | None, data: Path, as_json: bool) -> None:
    """Look for what keeps the gateway from working, and say what to do.

    Each line is `ok`, `warn` (it may matter) or `fail` (it matters). The exit code is 1 when there is a `fail`.

    Where no 'wagate up' runs, the settings in the environment are tried too: NATS (WAGATE_NATS_URL), and the tables and
    the bucket at AWS (WAGATE_STORE=dynamodb).
    """
    findings: list[Finding] = []
    for finding in _findings(DataFolder(data), url, key):
        findings.append(finding)
        if not as_json:
            print_finding(finding)
    failed = any(finding.state == "fail" for finding in findings)
    if as_json:
        print_json({"success": not failed, "findings": [asdict(finding) for finding in findings]})
    sys.exit(ExitCode.FAILED if failed else ExitCode.OK)


def _findings(folder: DataFolder, url: str | None, key: str | None) -> Iterator[Finding]:
    """In the order in which one thing needs the other."""
    yield from installation()
    yield from machine()
    wrong = list(settings(os.environ))
    yield from wrong
    yield from _unbroken("data folder", storage(folder))
    yield from _unbroken("gateway", gateway(folder, url, key))
    running = folder.running()
    if running is None and not any(finding.state == "fail" for finding in wrong):  # 'wagate up' has its own of these
        stores = StoreSettings()
        if "WAGATE_NATS_URL" in os.environ:
            yield asyncio.run(nats_server(stores, _NATS_REMEDY))
        if stores.store == "dynamodb":
            yield from _at_aws(stores)
    proxy = running.whatsapp_proxy if running else proxy_of(os.environ)
    certificates = running.certificates if running else os.environ.get("SSL_CERT_FILE")
    yield from whatsapp(proxy, certificates)


def _at_aws(stores: StoreSettings) -> Iterator[Finding]:
    try:
        from cli.checks.aws_stores import aws_stores  # noqa: PLC0415 - AWS' library, which few need
    except ImportError:
        remedy = "Install it with: uv sync --extra aws"
        yield Finding("AWS", "fail", "Its library is missing, and WAGATE_STORE is dynamodb.", remedy)
        return
    yield from aws_stores(stores, HostSettings())


def _unbroken(check: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """What a check finds; where it breaks itself, that is what it found, and the next one goes on."""
    try:
        yield from findings
    except (OSError, sqlite3.Error, ValueError) as error:
        text = f"It cannot be checked: {type(error).__name__}: {error}."
        yield Finding(check, "fail", text, "Check that this user may read it, and that it is complete.")
