"""The phones and contacts of a WhatsApp of one's own, over its control API (docs/sandbox.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.errors import NotFound, SandboxRefused

_ANSWERS_WITHIN: Final = 15.0


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone."""

    number: str
    name: str
    devices: int
    """How many sessions are linked with it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong now."""

    id: int
    kind: str
    target: str
    """A number, or `all`."""
    struck: int
    """How often."""


class Sandbox:
    """What the console does there."""

    def __init__(self, url: str | None) -> None:
        """Raises NotFound where there is none."""
        if url is None:
            raise NotFound("This gateway serves real numbers: only 'wagate sandbox' has phones to try.")
        self._url = url

    async def phones(self) -> list[Phone]:
        """All of them."""
        told = await self._ask("GET", "/phones")
        return [Phone(each["number"], each["name"], len(each["devices"])) for each in told["phones"]]

    async def make_phone(self, number: str, name: str) -> None:
        """Make one; nothing when it is there."""
        await self._ask("POST", "/phones", number=number, name=name)

    async def scan(self, number: str, code: str) -> None:
        """Have a phone scan a code."""
        await self._ask("POST", f"/phones/{number}/scan", qr=code)

    async def make_contact(self, number: str, name: str, reply: str | None) -> None:
        """Make somebody with a client of their own, who answers with this if anything."""
        await self._ask("POST", "/contacts", number=number, name=name, **({"reply": reply} if reply else {}))

    async def write(self, contact: str, to: str, text: str) -> None:
        """Have a contact write to somebody."""
        await self._ask("POST", f"/contacts/{contact}/send", to=to, text=text)

    async def faults(self) -> list[Fault]:
        """Those that go on."""
        told = await self._ask("GET", "/faults")
        return [Fault(each["id"], each["kind"], each["target"], each["struck"]) for each in told["faults"]]

    async def begin_fault(self, asked: Mapping[str, Any]) -> int:
        """Have something go wrong; how many devices it struck at once."""
        told = await self._ask("POST", "/faults", **asked)
        return len(told["hit"])

    async def end_fault(self, id_: str) -> None:
        """Have it end; nothing when it is over."""
        if any(str(fault.id) == id_ for fault in await self.faults()):
            await self._ask("DELETE", f"/faults/{id_}")

    async def _ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        import httpx  # noqa: PLC0415 - with what it can do beside, and only a sandbox needs it

        try:
            async with httpx.AsyncClient(base_url=self._url, timeout=_ANSWERS_WITHIN, trust_env=False) as client:
                answer = await client.request(method, path, json=body or None)
        except httpx.HTTPError as error:
            raise SandboxRefused("The sandbox does not answer.", inside=error) from error
        told: dict[str, Any] = answer.json()
        if answer.is_error:
            raise SandboxRefused(f"The sandbox refuses that: {told.get('error', answer.status_code)}.")
        return told
