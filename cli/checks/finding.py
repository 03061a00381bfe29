"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import rich_click as click

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `wagate doctor` or `wagate deploy-check`.

    Attributes:
        check: what was looked at.
        state: `fail` keeps the gateway (or the deployment) from working, `warn` may.
        text: what was found.
        remedy: what to do; empty when there is nothing to do.
    """

    check: str
    state: Literal["ok", "warn", "fail"]
    text: str
    remedy: str = ""


def print_finding(finding: Finding) -> None:
    """Print it for a person (stdout)."""
    state = click.style(f"{finding.state:<4}", fg=_COLOURS[finding.state])
    click.echo(f"{state}  {finding.check:<13} {finding.text}")
    if finding.remedy:
        click.echo(f"{'':<19} {finding.remedy}")
