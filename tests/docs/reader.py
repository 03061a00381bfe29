"""Does what a page says, as someone would who copies its blocks into one terminal, one after the other."""

import json
import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.blocks import Block

_PAUSE = 0.2
_KEY = re.compile(r"wa_[A-Za-z0-9_-]+")


class PageFailedError(AssertionError):
    """A block did not do what its page says; names the line, the commands and what they printed."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader with a terminal in ``folder``.

    Variables that a block exports are there for the next ones.

    Attributes:
        folder: where the terminal is. Must exist.
        replace: what stands in the pages, and what to type instead, such as `localhost:3000` and the address of
            the gateway of this test.
        patience: seconds that a block may take, and that an `until` block may be repeated.
        knows: variables of the terminal's environment, beside `PATH` and `HOME`.
    """

    folder: Path
    replace: Mapping[str, str]
    patience: float = 100.0
    knows: Mapping[str, str] = field(default_factory=dict[str, str])

    def follow(self, block: Block) -> str:
        """Run the block, again and again if it says ``until``; return its last output.

        Raises:
            PageFailedError: a command failed, an answer was an error, or the output is not what the block promises.
        """
        deadline = time.monotonic() + self.patience
        output = self._run(block)
        while block.until is not None and block.until not in output:
            if time.monotonic() > deadline:
                raise _failed(block, f"{block.until!r} was not shown within {self.patience:g} s", output)
            time.sleep(_PAUSE)  # between two looks, with a deadline: as the reader would press the up arrow
            output = self._run(block)
        if block.shows is not None and block.shows not in output:
            raise _failed(block, f"{block.shows!r} was not shown", output)
        if block.keep is not None:
            self._keep(block, output)
        return output

    def _run(self, block: Block) -> str:
        code = block.code
        for written, meant in self.replace.items():
            code = code.replace(written, meant)
        kept = shlex.quote(str(self._variables))
        script = f"set -euo pipefail\n. {kept}\ntrap 'export -p > {kept}' EXIT\n{code}"
        self._variables.touch()
        try:
            done = subprocess.run(
                ["bash", "-c", script],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", **self.knows},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=self.patience,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _failed(block, f"did not end within {self.patience:g} s", str(error.output or "")) from error
        if done.returncode != 0:
            raise _failed(block, f"ended with status {done.returncode}", done.stdout)
        # While a block waits for something, the answer may well be that it is not there yet.
        if block.until is None and (problem := _error_in(done.stdout)):
            raise _failed(block, f"was answered with an error: {problem}", done.stdout)
        return done.stdout

    def _keep(self, block: Block, output: str) -> None:
        match = _KEY.search(output)
        if match is None:
            raise _failed(block, f"shows no key to keep as {block.keep}", output)
        with self._variables.open("a") as file:
            file.write(f"export {block.keep}={shlex.quote(match[0])}\n")

    @property
    def _variables(self) -> Path:
        return self.folder / ".variables"


def _error_in(output: str) -> str | None:
    """Return the first answer among the output that says it is an error (`functions/http/problems.py`)."""
    decoder = json.JSONDecoder()
    at = output.find("{")
    while at >= 0:
        try:
            answer, end = decoder.raw_decode(output, at)
        except json.JSONDecodeError:
            end = at + 1
        else:
            if isinstance(answer, dict) and (answer.get("success") is False or "error" in answer):
                return json.dumps(answer)
        at = output.find("{", end)
    return None


def _failed(block: Block, what: str, output: str) -> PageFailedError:
    return PageFailedError(f"{block} {what}\n--- commands\n{block.code}--- output\n{output}")
