"""Shows the steps of a login to a person, or as lines of JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import rich_click as click

from cli.login.qr_drawing import draw_qr
from cli.login.session_states import whose
from cli.login.steps import Code, LoggedIn, Step
from cli.program.output import no_colours, print_json, suggest, tell

_SCAN = "On the phone: WhatsApp, Settings, Linked devices, Link a device. Scan this:"
_TYPE = "On the phone: WhatsApp, Settings, Linked devices, Link a device, Link with phone number instead. Type:"


def show_login(steps: Iterator[Step], name: str, *, typed: bool, as_json: bool) -> None:
    """Show every step until the session is connected; the result goes to stdout, the rest to stderr.

    Args:
        steps: from `cli.login.steps.Login`; their failures pass through.
        name: the session.
        typed: whether the codes are typed rather than scanned.
        as_json: one line of JSON on stdout for each step.
    """
    screen = _Screen(redraws=sys.stderr.isatty())
    try:
        for step in steps:
            if as_json:
                _print(step)
            elif isinstance(step, Code):
                screen.show(*_code_lines(step.text, typed=typed))
            elif isinstance(step, LoggedIn):
                screen.clear()
                click.echo(f"'{name}' is connected as {whose(step.state) or 'an unknown number'}.")
                suggest(f"Send a message: wagate send --session {name} NUMBER TEXT")
            else:
                screen.show(step.words or f"The session is {step.status.replace('_', ' ')}.")
    except KeyboardInterrupt:
        screen.clear()
        tell(f"No longer watching; the session does not change. 'wagate sessions login {name}' continues.")
        raise


def _print(step: Step) -> None:
    if isinstance(step, LoggedIn):
        print_json(step.state)
    elif isinstance(step, Code):
        print_json({"step": "code", "code": step.text, "expiresAt": step.expires_at})
    else:
        print_json({"step": "waiting", "status": step.status, "text": step.words})


def _code_lines(text: str, *, typed: bool) -> list[str]:
    if typed:
        return [_TYPE, "", f"    {text}", ""]
    colours = sys.stderr.isatty() and not no_colours()
    return [_SCAN, *draw_qr(text, colours=colours)]


class _Screen:
    """Lines on stderr, each show in place of the last one where the terminal can do that."""

    def __init__(self, *, redraws: bool) -> None:
        self._redraws = redraws
        self._height = 0

    def show(self, *lines: str) -> None:
        self.clear()
        for line in lines:
            click.echo(line, err=True, color=True)
        self._height = len(lines)

    def clear(self) -> None:
        if self._redraws and self._height:
            click.echo(f"\x1b[{self._height}F\x1b[J", nl=False, err=True, color=True)
        self._height = 0
