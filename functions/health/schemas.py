"""Answers of the health routes."""

from __future__ import annotations

from typing import Literal

from functions.http.answers import Answer


class AliveAnswer(Answer):
    """This process answers."""

    status: Literal["alive"] = "alive"


class ReadyAnswer(Answer):
    """Everything a request needs is there."""

    status: Literal["ready"] = "ready"
    store: Literal["ok"] = "ok"
    bus: Literal["ok"] = "ok"
    hosts: Literal["ok"] = "ok"
