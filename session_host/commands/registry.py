"""Every handler: the modules that have some, and one for all questions to WhatsApp."""

from __future__ import annotations

from typing import Any

from session_host.commands import (
    contacts,
    handling,
    messages,
    pairing,
    pictures,
    presence,
    profile,
    questions,
    sessions,
    transfer,
)
from shared.contracts.commands.command import Command

FAMILIES = (contacts, messages, pairing, pictures, presence, profile, sessions, transfer)
HANDLERS: dict[type[Command[Any]], handling.Handle] = (
    dict.fromkeys(questions.QUESTIONS, questions.ask_whatsapp) | handling.HANDLERS
)
