"""People of the sandbox, each with a real client of WhatsApp, in a process of their own."""

import pylibmagic  # noqa: F401  # pyright: ignore[reportUnusedImport] - brings libmagic, which neonize loads
