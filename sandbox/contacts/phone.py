"""The phones of the contacts: the control API lets one scan the code that its contact's device shows."""

from __future__ import annotations

from typing import Final

import aiohttp

_DEADLINE: Final = aiohttp.ClientTimeout(total=15)
_EXISTS: Final = 409


class PhoneError(Exception):
    """The control API refused or could not be reached; the text says what it answered."""


class Phones:
    """The phones of a sandbox, over its control API."""

    def __init__(self, control: str) -> None:
        """Use the control API at `control`, as `http://127.0.0.1:3999`."""
        self._http = aiohttp.ClientSession(control, timeout=_DEADLINE)

    async def scan(self, number: str, qr: str) -> None:
        """Make the phone of `number`, unless there is one, and let it scan `qr`.

        Raises:
            PhoneError: it couldn't.
        """
        await self._post("/phones", {"number": number}, accepted=_EXISTS)
        await self._post(f"/phones/{number}/scan", {"qr": qr})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _post(self, path: str, body: dict[str, str], accepted: int | None = None) -> None:
        try:
            async with self._http.post(path, json=body) as answer:
                if not answer.ok and answer.status != accepted:
                    raise PhoneError(f"POST {path}: {answer.status} {(await answer.text())[:500]}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PhoneError(f"POST {path}: {type(error).__name__} {error}") from error
