"""Which handler answers which command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from session_host.commands import contacts, messages, pairing, sessions, transfer
from session_host.commands.context import Context
from shared.contracts import commands

HANDLERS: dict[type[commands.Command], Callable[[Context, Any], Awaitable[commands.Reply]]] = {
    commands.Login: pairing.login,
    commands.PairCode: pairing.pair_code,
    commands.Logout: pairing.logout,
    commands.ReadStatus: sessions.read_status,
    commands.Restart: sessions.restart,
    commands.Reconsider: sessions.reconsider,
    commands.Release: sessions.release,
    commands.CheckNumber: contacts.check_number,
    commands.Dispatch: messages.dispatch,
    commands.Send: messages.send,
    commands.ExportAuth: transfer.export_auth,
    commands.ImportAuth: transfer.import_auth,
    commands.ReadFilePart: transfer.read_file_part,
    commands.KeepFilePart: transfer.keep_file_part,
}
