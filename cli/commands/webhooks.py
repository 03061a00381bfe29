"""`wagate webhooks`: addresses that are told of what happens."""

from __future__ import annotations

import signal
import sys
from datetime import datetime
from typing import Any

import rich_click as click

from cli.events.shown import line_of
from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.program.command import WagateGroup, json_option
from cli.program.exit_codes import ExitCode
from cli.program.output import finish, print_columns, print_json, say, tell
from cli.webhooks.choosing import chosen_options, wanted_options
from cli.webhooks.shown import DELIVERIES, WEBHOOKS, about, answered, delivery_row, webhook_row
from cli.webhooks.temporary import temporary_webhook

_ROUTE = "/api/webhooks"
_WITHIN = 30.0
"""Seconds: an address has 15 to answer, and the log is counted for 5."""
_PAGE = 200
_id_argument = click.argument("webhook_id", metavar="ID")
_event_argument = click.argument("event_id", metavar="EVENT")


@click.group(cls=WagateGroup)
def webhooks() -> None:
    """Get events posted to your own address."""


@webhooks.command("list")
@with_gateway
@json_option
def list_webhooks(*, gateway: Gateway, as_json: bool) -> None:
    """List the webhooks of the key, oldest first."""
    answer = gateway.ask("GET", _ROUTE)
    if as_json:
        print_json(answer)
        return
    if not answer["webhooks"]:
        tell("There is no webhook yet. Make one with 'wagate webhooks create URL'.")
        return
    print_columns(WEBHOOKS, [webhook_row(each) for each in answer["webhooks"]])


@webhooks.command()
@click.argument("address", metavar="URL")
@chosen_options
@with_gateway
@json_option
def create(address: str, *, chosen: dict[str, Any], gateway: Gateway, as_json: bool) -> None:
    """Make a webhook, and print its id and its secret. The secret is shown this once."""
    answer = gateway.ask("POST", _ROUTE, body={"url": address, **chosen})
    made = answer["webhook"]
    finish(answer, f"{made['id']}  {made['secret']}", as_json=as_json)
    if not as_json:
        tell(
            "Keep the secret safe: it is not shown again. With it your server checks that a request comes from "
            "the gateway."
        )
        tell(f"Try it with 'wagate webhooks test {made['id']}'.")


@webhooks.command()
@_id_argument
@with_gateway
@json_option
def show(webhook_id: str, *, gateway: Gateway, as_json: bool) -> None:
    """Show a webhook: what was chosen, how it does, and what is open."""
    _finish(gateway.ask("GET", _path(webhook_id)), as_json=as_json)


@webhooks.command()
@_id_argument
@click.option("--to", "address", metavar="URL", help="Where events go from now on.")
@chosen_options
@with_gateway
@json_option
def change(webhook_id: str, *, address: str | None, chosen: dict[str, Any], gateway: Gateway, as_json: bool) -> None:
    """Change what is given of a webhook; the rest stays.

    What is given empty is taken away: `--session ''` is all sessions, `--chat ''` all chats, `--header ''` no header.
    What waits for the webhook stays, and goes to the new address.
    """
    body = chosen | ({} if address is None else {"url": address})
    _finish(gateway.ask("PATCH", _path(webhook_id), body=body), as_json=as_json)


@webhooks.command()
@_id_argument
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_gateway
@json_option
def delete(webhook_id: str, *, yes: bool, gateway: Gateway, as_json: bool) -> None:
    """Delete a webhook, with what waits for it."""
    if not yes:
        click.confirm(f"Delete the webhook '{webhook_id}' and what waits for it?", abort=True, err=True)
    answer = gateway.ask("DELETE", _path(webhook_id))
    finish(answer, answer["message"], as_json=as_json)


@webhooks.command()
@_id_argument
@click.option("--type", "event_type", default="message.received", show_default=True, help="The type of the event.")
@with_gateway
@json_option
def test(webhook_id: str, *, event_type: str, gateway: Gateway, as_json: bool) -> None:
    """Send a test event, and say what the address answered. The exit code is 0 only when it took it."""
    answer = gateway.ask("POST", _path(webhook_id, "test"), body={"type": event_type}, within=_WITHIN)
    attempt = answer["attempt"]
    finish(answer, f"{answer['url']} answered: {answered(attempt)} ({attempt['took']} ms)", as_json=as_json)
    if not answer["delivered"]:
        tell("It did not accept the event: it has to answer with a status from 200 to 299.")
        sys.exit(ExitCode.FAILED)


@webhooks.command()
@_id_argument
@click.option(
    "--status",
    type=click.Choice(["pending", "delivered", "given_up", "skipped"]),
    metavar="STATUS",
    help="Only those: pending, delivered, given_up, skipped.  [default: all]",
)
@click.option("--limit", type=click.IntRange(1, _PAGE), default=50, show_default=True, help="How many, at most.")
@click.option("--after", metavar="EVENT", help="Only deliveries older than this event.")
@with_gateway
@json_option
def deliveries(  # noqa: PLR0913 - a parameter for each option
    webhook_id: str, *, status: str | None, limit: int, after: str | None, gateway: Gateway, as_json: bool
) -> None:
    """List what became of events of the last seven days, the newest first."""
    asked = {"status": status, "limit": str(limit), "after": after}
    query = {name: value for name, value in asked.items() if value is not None}
    answer = gateway.ask("GET", _path(webhook_id, "deliveries"), query=query)
    if as_json:
        print_json(answer)
        return
    if not answer["deliveries"]:
        tell("Nothing was delivered yet.")
        return
    print_columns(DELIVERIES, [delivery_row(each) for each in answer["deliveries"]])
    if answer["next"]:
        tell(f"There are more: --after {answer['next']}")


@webhooks.command()
@_id_argument
@_event_argument
@with_gateway
@json_option
def redeliver(webhook_id: str, event_id: str, *, gateway: Gateway, as_json: bool) -> None:
    """Deliver an event once more, with the same id: see 'wagate webhooks deliveries ID'."""
    answer = gateway.ask("POST", _path(webhook_id, "deliveries", event_id, "redeliver"), within=_WITHIN)
    finish(answer, f"{event_id} is delivered once more.", as_json=as_json)


@webhooks.command()
@_id_argument
@click.option(
    "--since",
    type=click.DateTime(),
    metavar="TIME",
    help="Events since 2026-11-30 or '2026-11-30 12:00:00', in local time.",
)
@click.option("--until", type=click.DateTime(), metavar="TIME", help="Events until then.")
@click.option("--missed", is_flag=True, help="Only events that were given up or skipped.")
@click.option("--dry-run", is_flag=True, help="Only count.")
@with_gateway
@json_option
def replay(  # noqa: PLR0913 - a parameter for each option
    webhook_id: str,
    *,
    since: datetime | None,
    until: datetime | None,
    missed: bool,
    dry_run: bool,
    gateway: Gateway,
    as_json: bool,
) -> None:
    """Deliver again what the log of events has, with the same ids, and say how many events that is."""
    moments = {"since": since, "until": until}
    body = {name: int(moment.timestamp() * 1000) for name, moment in moments.items() if moment is not None}
    body |= {"missedOnly": missed, "dryRun": dry_run}
    answer = gateway.ask("POST", _path(webhook_id, "replay"), body=body, within=_WITHIN)
    count = f"{'' if answer['complete'] else 'at least '}{answer['count']}"
    words = "would be delivered once more" if dry_run else "to be delivered once more"
    finish(answer, f"{count} {words}", as_json=as_json)


@webhooks.command()
@_id_argument
@click.option("--skip-missed", is_flag=True, help="Skip what it missed: begin with new events.")
@with_gateway
@json_option
def enable(webhook_id: str, *, skip_missed: bool, gateway: Gateway, as_json: bool) -> None:
    """Enable a webhook again, and send it all that it missed."""
    answer = gateway.ask("POST", _path(webhook_id, "enable"), body={"sendMissed": not skip_missed}, within=_WITHIN)
    _finish(answer, as_json=as_json)
    if answer["incomplete"]:
        tell("The log no longer has some of what it missed. Messages are in the inbox: 'wagate messages list'.")


@webhooks.command()
@_id_argument
@with_gateway
@json_option
def disable(webhook_id: str, *, gateway: Gateway, as_json: bool) -> None:
    """Send a webhook nothing until it is enabled again."""
    _finish(gateway.ask("PATCH", _path(webhook_id), body={"enabled": False}), as_json=as_json)


@webhooks.command("rotate-secret")
@_id_argument
@click.option(
    "--overlap",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    default=86_400,
    show_default=True,
    help="How long the old secret also signs.",
)
@with_gateway
@json_option
def rotate_secret(webhook_id: str, *, overlap: int, gateway: Gateway, as_json: bool) -> None:
    """Give a webhook another secret, and print it. It is shown this once."""
    answer = gateway.ask("POST", _path(webhook_id, "rotate-secret"), body={"overlap": overlap})
    finish(answer, answer["webhook"]["secret"], as_json=as_json)
    if not as_json:
        tell(f"The old secret also signs for {overlap} s.")


@webhooks.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen.  [default: a free one]")
@click.option(
    "--secret",
    envvar="WEBHOOK_SECRET",
    show_envvar=True,
    help="The secret of an existing webhook: then the command makes none and calls no gateway.",
)
@wanted_options
@with_gateway
@json_option
def listen(*, port: int, secret: str | None, chosen: dict[str, Any], gateway: Gateway, as_json: bool) -> None:
    """Receive events on this machine, and show each, until Ctrl-C.

    It listens on 127.0.0.1, makes a webhook for its own address at the gateway of this machine, and deletes it at the
    end. The gateway has to be started with WAGATE_URL_ALLOW=127.0.0.1. Signatures are verified.
    """
    from cli.webhooks.receiver import Receiver  # noqa: PLC0415 - its library is needed for nothing else here

    if secret and chosen:
        raise click.UsageError("--secret is for an existing webhook, which has chosen its events already.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: the webhook is deleted
    with Receiver(port, print_json if as_json else lambda event: say(line_of(event))) as receiver:
        tell(f"Listening at {receiver.url}; Ctrl-C ends it.")
        if secret:
            receiver.serve(secret)
            return
        with temporary_webhook(gateway, {"url": receiver.url, **chosen}) as made:
            tell("New events are shown from now on.")
            receiver.serve(made)


def _path(webhook_id: str, *further: str) -> str:
    return "/".join((_ROUTE, *(quoted(part) for part in (webhook_id, *further))))


def _finish(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    shown = about(answer["webhook"])
    widest = max(len(name) for name, _ in shown)
    for name, value in shown:
        say(f"{name.ljust(widest)}  {value}")
