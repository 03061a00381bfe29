"""`wagate messages`: what arrived at a session, and what became of what it sent."""

from __future__ import annotations

import shlex

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.gateway.session_option import session_option
from cli.inbox.following import Following
from cli.inbox.reading import find, page
from cli.inbox.sent import is_sent, lines_of, people, sent
from cli.inbox.shown import HEADER, author, one_line, row, several_lines, summary
from cli.program.command import WagateGroup, json_option
from cli.program.output import finish, local_time, print_columns, print_json, say, tell, tell_trouble
from shared.ids import DEFAULT_SESSION

_session_option = session_option("that is meant")


@click.group(cls=WagateGroup)
def messages() -> None:
    """See received messages, and the state of sent ones."""


@messages.command("list")
@click.option(
    "--limit", type=click.IntRange(1, 500), default=20, show_default=True, metavar="NUMBER", help="How many, at most."
)
@click.option("--before", metavar="CURSOR", help="For older ones: the cursor from the end of the last list.")
@_session_option
@with_gateway
@json_option
def list_messages(*, limit: int, before: str | None, session: str, gateway: Gateway, as_json: bool) -> None:
    """List what arrived at a session, the newest last.

    Long texts are cut: 'wagate messages show ID' has all of one. With `--json` the newest is first, as in the API.
    """
    answer = page(gateway, session, limit, before)
    if as_json:
        print_json(answer)
        return
    if not answer["messages"]:
        tell("The inbox is empty. 'wagate messages follow' waits for new messages.")
        return
    print_columns(HEADER, [row(message) for message in reversed(answer["messages"])])
    option = _as_option(session)
    if answer["next"] is not None:
        tell(f"Older ones: wagate messages list{option} --before {answer['next']}")
    tell(f"Answer with: wagate send{option} CHAT TEXT --reply ID")


@messages.command()
@_session_option
@with_gateway
@json_option
def follow(*, session: str, gateway: Gateway, as_json: bool) -> None:
    """Show what arrives at a session from now on, each message once, until Ctrl-C.

    It goes on by itself when the gateway was away, and leaves nothing out. With `--json` each message is one line.
    """
    following = Following(gateway, session, tell_trouble)
    following.begin()
    tell(f"Following the session '{session}'; Ctrl-C ends it.")
    for message in following.messages():
        if as_json:
            print_json(message)
        else:
            say("  ".join(row(message)).rstrip())


@messages.command()
@click.argument("message_id", metavar="ID")
@_session_option
@with_gateway
@json_option
def show(message_id: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Show one message: what became of one that was sent, or all of one that arrived.

    ID is what 'wagate send' printed (msg_…): then it says when the message was sent, delivered and read, and by whom.
    Or it is one of 'wagate messages list'.
    """
    if is_sent(message_id):
        _show_sent(gateway, message_id, as_json=as_json)
        return
    message = find(gateway, session, message_id)
    text = several_lines(message["message"] or "") or summary(message)
    facts = f"{local_time(message['timestamp'] * 1000)}  {message['chat']}  {author(message)}  {message['type']}"
    finish({"success": True, "message": message}, f"{facts}\n{text}".rstrip(), as_json=as_json)
    if not as_json and "media" in message:
        tell(f"Its file: wagate media get{_as_option(session)} {shlex.quote(message_id)}")


def _show_sent(gateway: Gateway, message_id: str, *, as_json: bool) -> None:
    message, receipts = sent(gateway, message_id)
    if as_json:
        print_json({**message, "receipts": receipts})
        return
    for name, value in lines_of(message):
        say(f"{name:<10} {one_line(value)}")
    if len(receipts) > 1:
        say("")
        print_columns(("PERSON", "DELIVERED", "READ", "PLAYED"), people(receipts))


def _as_option(session: str) -> str:
    return "" if session == DEFAULT_SESSION else f" --session {session}"
