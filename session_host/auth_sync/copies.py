"""The shard's side of the copier: starts it when it is first needed, and again when it died or hung."""

from __future__ import annotations

import asyncio
import base64
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import structlog

from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.pruning import Kept

_log = structlog.get_logger()

_ANSWER_WITHIN = 30.0
_END_WITHIN = 1.0
_RESTS_AFTER = 10.0
"""Seconds without work after which the process ends: it has 20 MB, and is there again in a twentieth of a second."""
_LONGEST_LINE = 1 << 16


class CopyFailed(Exception):  # noqa: N818 - it says what is
    """There is no copy this time: the disk, a lock, or the copier itself. Another try may work."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy of an auth folder."""

    bundle: bytes
    """Compressed; encrypted, where that was asked for."""
    sha256: str
    """Of the plain bundle."""
    size: int
    """Bytes of the plain bundle."""


class Copier:
    """One copier process, which copies one folder at a time."""

    def __init__(self, answer_within: float = _ANSWER_WITHIN, rests_after: float = _RESTS_AFTER) -> None:
        """Make it; its process is started when it is needed.

        Args:
            answer_within: seconds for one copy; a copier that takes longer is killed.
            rests_after: seconds without work after which the process ends.
        """
        self._answer_within = answer_within
        self._rests_after = rests_after
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._resting: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that runs now, or None."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def copy(self, folder: Path) -> Copy:
        """A copy of the auth folder as it is in one moment.

        Raises:
            Damaged: its database does not verify.
            CopyFailed: it could not be copied this time.
        """
        answer, bundle = await self._answer({"folder": str(folder)})
        return Copy(bundle, answer["sha256"], answer["size"])

    async def sealed(self, folder: Path, cipher: AuthCipher, name: str, *, known: str | None) -> Copy | None:
        """A copy, encrypted as the object of a name; None when the plain one still has the SHA-256 that is known.

        Raises:
            Damaged: its database does not verify.
            CopyFailed: it could not be copied this time.
        """
        key = base64.b64encode(cipher.key).decode()
        answer, bundle = await self._answer({"folder": str(folder), "seal": [key, name], "known": known})
        return None if answer["sha256"] == known else Copy(bundle, answer["sha256"], answer["size"])

    async def prune(self, folder: Path, kept: Kept, now: int) -> int:
        """Remove some of the message secrets that are not kept; how many, 0 when there are no more.

        Raises:
            Damaged: its database does not verify.
            CopyFailed: not this time.
        """
        answer, _ = await self._answer({"folder": str(folder), "prune": [kept.max_age, kept.most, now]})
        return int(answer["removed"])

    async def keep_note(self, folder: Path) -> None:
        """Have it noted from now on which message is encrypted for nobody yet, and what moved last. May be repeated.

        Raises:
            Damaged: its database does not verify.
            CopyFailed: not this time.
        """
        await self._answer({"folder": str(folder), "note": True})

    async def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        self._do_not_rest()
        async with self._turn:
            whole = False
            try:
                async with asyncio.timeout(self._answer_within):
                    answer, body = await self._ask(request)
                    whole = True
            except TimeoutError as error:
                raise CopyFailed(f"the copier did not answer within {self._answer_within:g} s") from error
            except (OSError, EOFError, ValueError) as error:
                raise CopyFailed(f"the copier ended: {error!r}") from error
            finally:
                if not whole:  # cancelled too: what it still answers is nobody's
                    await self._end()
            self._do_not_rest()
            self._resting = asyncio.create_task(self._rest(), name="copier rests")
        if "error" in answer:
            raise (Damaged if answer["damaged"] else CopyFailed)(answer["error"])
        return answer, body

    async def close(self) -> None:
        """End the process. May be repeated."""
        self._do_not_rest()
        async with self._turn:
            await self._end()

    async def _rest(self) -> None:
        await asyncio.sleep(self._rests_after)
        async with self._turn:
            await self._end()

    def _do_not_rest(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    async def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "session_host.auth_sync.copier",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST_LINE,
            )  # fmt: skip
            _log.info("copier_started", pid=process.pid)
        if process.stdin is None or process.stdout is None:
            raise ValueError("the copier has no pipes")
        process.stdin.write(orjson.dumps(request) + b"\n")
        await process.stdin.drain()
        answer = orjson.loads(await process.stdout.readuntil(b"\n"))
        return answer, await process.stdout.readexactly(answer["bytes"])

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.kill()  # it writes nothing that is kept
        async with asyncio.timeout(_END_WITHIN):
            await process.wait()
