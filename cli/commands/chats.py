"""`wagate chats`: the chats of a session, and what is said in them."""

from __future__ import annotations

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.gateway.session_option import session_option
from cli.inbox.following import Following
from cli.inbox.reading import page
from cli.inbox.shown import HEADER, one_line, row, summary
from cli.program.command import WagateGroup, json_option
from cli.program.output import finish, local_time, print_columns, print_json, say, tell, tell_trouble

_MOST = 100
_PERSON = "@s.whatsapp.net"
_LONGEST = 60
"""Characters of a last message in the list."""
_session_option = session_option("whose chats are meant")
_limit_option = click.option(
    "--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, metavar="NUMBER", help="How many, at most."
)


@click.group(cls=WagateGroup)
def chats() -> None:
    """See the chats of a session, read one, and search messages."""


@chats.command("list")
@_limit_option
@click.option("--search", metavar="TEXT", help="Only chats whose name or number contains this.")
@click.option("--after", metavar="CURSOR", help="For the next page: the cursor from the end of the last list.")
@_session_option
@with_gateway
@json_option
def list_chats(  # noqa: PLR0913 - one parameter for each option
    *, limit: int, search: str | None, after: str | None, session: str, gateway: Gateway, as_json: bool
) -> None:
    """List the chats of a session, those with the newest messages first."""
    given = {"limit": str(limit), "search": search, "after": after}
    query = {name: value for name, value in given.items() if value is not None}
    answer = gateway.ask("GET", "/api/chats", session=session, query=query)
    if as_json:
        print_json(answer)
        return
    if not answer["chats"]:
        tell("There are no chats yet.")
        return
    rows = [
        (
            local_time(each["lastActivity"]),
            each["chat"].removesuffix(_PERSON),
            str(each["unread"] or "-"),
            one_line(each["name"] or "-"),
            summary(each["lastMessage"])[:_LONGEST],
        )
        for each in answer["chats"]
    ]
    print_columns(("TIME", "CHAT", "UNREAD", "NAME", "LAST MESSAGE"), rows)
    if answer["next"] is not None:
        tell(f"More: --after {answer['next']}")


@chats.command()
@click.argument("chat")
@_limit_option
@click.option("--before", metavar="CURSOR", help="For older ones: the cursor from the end of the last list.")
@_session_option
@with_gateway
@json_option
def show(  # noqa: PLR0913 - one parameter for each option
    chat: str, *, limit: int, before: str | None, session: str, gateway: Gateway, as_json: bool
) -> None:
    """Show what was said in a chat, by both sides, the newest last.

    CHAT is a number, a group or a LID. With `--json` the newest is first, as in the API.
    """
    answer = page(gateway, session, limit, before, chat)
    if as_json:
        print_json(answer)
        return
    if not answer["messages"]:
        tell("There are no messages in this chat.")
        return
    print_columns(HEADER, [row(message) for message in reversed(answer["messages"])])
    if answer["next"] is not None:
        tell(f"Older ones: --before {answer['next']}")


@chats.command()
@click.argument("chat")
@_session_option
@with_gateway
@json_option
def follow(chat: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Show what is said in a chat from now on, by both sides, each message once, until Ctrl-C.

    It goes on by itself when the gateway was away, and leaves nothing out. With `--json` each message is one line.
    """
    following = Following(gateway, session, tell_trouble, chat)
    following.begin()
    tell(f"Following the chat with '{chat}'; Ctrl-C ends it.")
    for message in following.messages():
        if as_json:
            print_json(message)
        else:
            say("  ".join(row(message)).rstrip())


@chats.command()
@click.argument("text")
@click.option("--chat", help="Only in this chat.  [default: all]")
@_limit_option
@click.option("--after", metavar="CURSOR", help="For the next page: the cursor from the end of the last list.")
@_session_option
@with_gateway
@json_option
def search(  # noqa: PLR0913 - one parameter for each option
    text: str, *, chat: str | None, limit: int, after: str | None, session: str, gateway: Gateway, as_json: bool
) -> None:
    """Look for words in what was said, whatever their case and accents, the newest last."""
    given = {"q": text, "chat": chat, "limit": str(limit), "after": after}
    query = {name: value for name, value in given.items() if value is not None}
    answer = gateway.ask("GET", "/api/search", session=session, query=query)
    if as_json:
        print_json(answer)
        return
    if not answer["messages"]:
        tell(f"Nobody said '{text}'.")
        return
    print_columns(HEADER, [row(message) for message in reversed(answer["messages"])])
    if answer["next"] is not None:
        tell(f"More: --after {answer['next']}")


@chats.command()
@click.argument("chat")
@_session_option
@with_gateway
@json_option
def read(chat: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Say to their senders that everything unread in a chat was read."""
    answer = gateway.ask("POST", "/api/mark-chat-read", body={"sessionId": session, "number": chat})
    finish(answer, f"{answer['marked']} marked as read.", as_json=as_json)


@chats.command()
@click.argument("chat")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_session_option
@with_gateway
@json_option
def delete(chat: str, *, yes: bool, session: str, gateway: Gateway, as_json: bool) -> None:
    """Remove a chat here, with its files. The phone, and the others in it, keep theirs."""
    if not yes:
        click.confirm(f"Remove the chat with '{chat}' and its files here?", abort=True, err=True)
    answer = gateway.ask("DELETE", f"/api/chats/{quoted(chat)}", session=session)
    finish(answer, answer["message"], as_json=as_json)
