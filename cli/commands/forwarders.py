"""`wagate forwarders`: events that go to a queue, a bus or a bucket of yours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import rich_click as click

from cli.gateway.access import with_admin_gateway
from cli.gateway.api import Gateway, quoted
from cli.program.command import WagateGroup, json_option
from cli.program.failure import Failure
from cli.program.output import finish, local_time, print_columns, print_json, tell

_ROUTE = "/api/admin/forwarders"


@click.group(cls=WagateGroup)
def forwarders() -> None:
    """Put events into NATS, SQS, EventBridge or S3."""


@forwarders.command()
@click.argument("key_id", metavar="KEY_ID")
@click.option("--nats", metavar="SUBJECT", help="To NATS: what the subjects begin with.")
@click.option("--nats-url", metavar="URL", help="Servers for --nats, with commas.  [default: the gateway's]")
@click.option("--sqs", metavar="URL", help="To SQS: the address of a queue.")
@click.option("--event-bridge", metavar="BUS", help="To EventBridge: the name or ARN of a bus.")
@click.option("--s3", metavar="BUCKET[/PREFIX]", help="To S3: a bucket, and what the names of objects begin with.")
@click.option("--region", help="The AWS region.  [default: the gateway's]")
@click.option("--session", help="Only events of this session.")
@click.option("--events", default="*", show_default=True, help="Types of events, with commas: message.*,session.status")
@click.option("--oldest", is_flag=True, help="Begin with the oldest event in the log.")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON file: accessKeyId and secretAccessKey, user and password, or token.  [default: the host's own rights]",
)
@with_admin_gateway
@json_option
def create(  # noqa: PLR0913 - a parameter for each option
    key_id: str,
    *,
    nats: str | None,
    nats_url: str | None,
    sqs: str | None,
    event_bridge: str | None,
    s3: str | None,
    region: str | None,
    session: str | None,
    events: str,
    oldest: bool,
    credentials: Path | None,
    gateway: Gateway,
    as_json: bool,
) -> None:
    """Have the events of a key go somewhere. KEY_ID is the key's id: see 'wagate keys list'."""
    bucket, _, prefix = (s3 or "").partition("/")
    targets: dict[str, dict[str, Any] | None] = {
        "nats": {"subject": nats, "url": nats_url} if nats else None,
        "sqs": {"queueUrl": sqs, "region": region} if sqs else None,
        "eventBridge": {"bus": event_bridge, "region": region} if event_bridge else None,
        "s3": {"bucket": bucket, "prefix": prefix, "region": region} if s3 else None,
    }
    body = {
        "keyId": key_id,
        "sessionId": session,
        "events": [each.strip() for each in events.split(",") if each.strip()],
        "begin": "oldest" if oldest else "now",
        "credentials": None if credentials is None else _read(credentials),
        **targets,
    }
    answer = gateway.ask_as_admin("POST", _ROUTE, body=body)
    finish(answer, answer["forwarder"]["id"], as_json=as_json)
    if not as_json:
        tell("'wagate forwarders list' shows whether the target accepts it.")


@forwarders.command("list")
@with_admin_gateway
@json_option
def list_forwarders(*, gateway: Gateway, as_json: bool) -> None:
    """List the forwarders, and how each of them goes."""
    answer = gateway.ask_as_admin("GET", _ROUTE)
    if as_json:
        print_json(answer)
        return
    rows = [
        (
            each["id"],
            each["keyId"],
            _target(each),
            each["state"],
            str(each["forwarded"]),
            local_time(each.get("lastSuccessAt")),
            each.get("trouble", ""),
        )
        for each in answer["forwarders"]
    ]
    if not rows:
        tell("There is no forwarder yet. Make one with 'wagate forwarders create'.")
        return
    print_columns(("ID", "KEY", "TO", "STATE", "EVENTS", "LAST", "TROUBLE"), rows)


@forwarders.command()
@click.argument("forwarder_id", metavar="ID")
@with_admin_gateway
@json_option
def delete(forwarder_id: str, *, gateway: Gateway, as_json: bool) -> None:
    """Delete a forwarder. What it has put there stays."""
    answer = gateway.ask_as_admin("DELETE", f"{_ROUTE}/{quoted(forwarder_id)}")
    finish(answer, answer["message"], as_json=as_json)


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Failure(f"{file} contains no JSON object with credentials.")
    return found


def _target(forwarder: dict[str, Any]) -> str:
    if nats := forwarder.get("nats"):
        return f"nats {nats['subject']}"
    if sqs := forwarder.get("sqs"):
        return f"sqs {sqs['queueUrl'].rpartition('/')[2]}"
    if bus := forwarder.get("eventBridge"):
        return f"eventbridge {bus['bus']}"
    return f"s3 {forwarder['s3']['bucket']}"
