"""Why a file could not be had from WhatsApp."""

from __future__ import annotations


class NotHad(Exception):  # noqa: N818 - it says what is
    """Base: the file was not had this time."""


class Gone(NotHad):
    """WhatsApp no longer has it, or never gives it."""


class Corrupt(NotHad):
    """What came is not what its sender says."""


class Unreachable(NotHad):
    """WhatsApp's server did not give it, and may the next time."""
