"""`wagate`: the gateway's command line."""

from __future__ import annotations

import rich_click as click

from cli.program.command import WagateGroup
from cli.program.deferred import DeferredCommand
from cli.program.output import no_colours

COMMANDS = (
    DeferredCommand("up", "cli.commands.up:up", "Run the whole gateway on this machine, against the real WhatsApp."),
    DeferredCommand("sandbox", "cli.commands.sandbox:sandbox", "Run the whole gateway against a WhatsApp of your own."),
    DeferredCommand(
        "doctor", "cli.commands.doctor:doctor", "Look for what keeps the gateway from working, and say what to do."
    ),
    DeferredCommand("keys", "cli.commands.keys:keys", "Make, list, change, rotate, revoke and delete API keys."),
    DeferredCommand(
        "audit",
        "cli.commands.audit:audit",
        "Show who changed sessions, keys, webhooks and settings, when and from where, the newest first.",
    ),
    DeferredCommand(
        "sessions", "cli.commands.sessions:sessions", "Log WhatsApp numbers in and out, and see their states."
    ),
    DeferredCommand("hosts", "cli.commands.hosts:hosts", "See the session hosts, and empty one before it is stopped."),
    DeferredCommand(
        "groups", "cli.commands.groups:groups", "See the groups of a session, make one, and manage its members."
    ),
    DeferredCommand("chats", "cli.commands.chats:chats", "See the chats of a session, read one, and search messages."),
    DeferredCommand(
        "contacts",
        "cli.commands.contacts:contacts",
        "See a session's contacts, who is on WhatsApp, and whom the number blocks.",
    ),
    DeferredCommand("profile", "cli.commands.profile:profile", "Choose how others see the number of a session."),
    DeferredCommand(
        "media", "cli.commands.media:media", "Upload files to the gateway, and download the files of messages."
    ),
    DeferredCommand(
        "deploy-check",
        "cli.commands.deploy_check:deploy_check",
        "Check what an AWS account lacks, before a deployment.",
    ),
    DeferredCommand("send", "cli.commands.send:send", "Send a text, or a file."),
    DeferredCommand("messages", "cli.commands.messages:messages", "See received messages, and the state of sent ones."),
    DeferredCommand("mcp", "cli.commands.mcp:mcp", "Serve the gateway to a language model (Model Context Protocol)."),
    DeferredCommand("events", "cli.commands.events:events", "Follow what happens in the sessions of a key."),
    DeferredCommand("webhooks", "cli.commands.webhooks:webhooks", "Get events posted to your own address."),
    DeferredCommand(
        "forwarders", "cli.commands.forwarders:forwarders", "Put events into NATS, SQS, EventBridge or S3."
    ),
    DeferredCommand(
        "send-as",
        "cli.commands.send_as:send_as",
        "Send a message that is neither a text nor a file, or react to, edit or delete one.",
    ),
    DeferredCommand("api", "cli.commands.api:api", "Call any route of the API, and print its answer."),
    DeferredCommand(
        "completion",
        "cli.commands.completion:completion",
        "Print a script that lets your shell complete commands, options and names of sessions.",
    ),
)


@click.group(cls=WagateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wagate", message="%(prog)s %(version)s")
def wagate() -> None:
    """A WhatsApp gateway: one API key, many numbers, nothing lost, nothing sent twice.

    Begin with `wagate up` (the real WhatsApp) or `wagate sandbox` (one of your own, to try it out).
    """


for command in COMMANDS:
    wagate.add_command(command)


def main() -> None:
    """Entry point of the program `wagate`."""
    wagate(prog_name="wagate", color=False if no_colours() else None)
