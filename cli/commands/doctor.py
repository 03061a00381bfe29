"""`wagate doctor`: what keeps the gateway from working, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import rich_click as click

from cli.checks.finding import Finding, print_finding
from cli.checks.installation import installation
from cli.checks.nats_server import nats_server
from cli.checks.running import gateway
from cli.checks.settings import wrong_settings
from cli.checks.storage import storage
from cli.checks.whatsapp import whatsapp
from cli.gateway.access import data_option
from cli.gateway.data_folder import DataFolder
from cli.program.command import WagateCommand, json_option
from cli.program.exit_codes import ExitCode
from cli.program.output import print_json
from shared.proxy import proxy_of
from shared.settings import StoreSettings

_NATS_REMEDY = "WAGATE_NATS_URL says where it is: see that it runs, and that this machine may reach it."


@click.command(cls=WagateCommand)
@click.option("--url", envvar="WAGATE_URL", show_envvar=True, help="A gateway elsewhere, to look at as well.")
@click.option("--key", envvar="WAGATE_API_KEY", show_envvar=True, help="An API key, to look at its sessions.")
@data_option
@json_option
def doctor(*, url: str | None, key: str | None, data: Path, as_json: bool) -> None:
    """Look for what keeps the gateway from working, and say what to do.

    Each line is `ok`, `warn` (it may matter) or `fail` (it matters). The exit code is 1 when there is a `fail`.

    Where no 'wagate up' runs, the settings of NATS in the environment (WAGATE_NATS_URL and so on) are tried too.
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
    wrong = list(wrong_settings())
    yield from (Finding("settings", "fail", words, "Correct it in the environment.") for words in wrong)
    yield from storage(folder)
    yield from gateway(folder, url, key)
    running = folder.running()
    if running is None and not wrong and "WAGATE_NATS_URL" in os.environ:  # 'wagate up' has a NATS of its own
        yield asyncio.run(nats_server(StoreSettings(), _NATS_REMEDY))
    proxy = running.whatsapp_proxy if running else proxy_of(os.environ)
    certificates = running.certificates if running else os.environ.get("SSL_CERT_FILE")
    yield whatsapp(proxy, certificates)
