"""A webhook that is there as long as somebody listens."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from cli.gateway.api import Gateway, quoted
from cli.program.failure import Failure
from cli.program.output import tell


@contextmanager
def temporary_webhook(gateway: Gateway, body: dict[str, Any]) -> Generator[str]:
    """The secret of a webhook that is deleted at the end.

    Raises:
        Failure: the gateway is on another machine, posts nothing to this address, or refuses for another reason.
    """
    if not gateway.is_here:
        raise Failure(
            "The gateway is on another machine and cannot reach an address of this one.",
            remedy="Follow what happens with 'wagate events tail'; or make a webhook for an address that leads "
            "here, such as a tunnel, and give its secret with --secret.",
            code="NOT_HERE",
        )
    webhook = _made(gateway, body)
    try:
        yield str(webhook["secret"])
    finally:
        _delete(gateway, str(webhook["id"]))


def _made(gateway: Gateway, body: dict[str, Any]) -> dict[str, Any]:
    try:
        return gateway.ask("POST", "/api/webhooks", body=body)["webhook"]
    except Failure as failure:
        if failure.code != "URL_REFUSED":
            raise
        raise Failure(
            "The gateway posts nothing to addresses of its own machine, unless that is allowed.",
            remedy="Start it with WAGATE_URL_ALLOW=127.0.0.1 in its environment, as in "
            "'WAGATE_URL_ALLOW=127.0.0.1 wagate sandbox'; or follow what happens with 'wagate events tail'.",
            exit_code=failure.exit_code,
            code=failure.code,
        ) from failure


def _delete(gateway: Gateway, webhook_id: str) -> None:
    try:
        gateway.ask("DELETE", f"/api/webhooks/{quoted(webhook_id)}")
    except Failure as failure:
        if failure.code != "WEBHOOK_NOT_FOUND":
            tell(f"{failure.message} The webhook is still there: 'wagate webhooks delete {webhook_id}' deletes it.")
