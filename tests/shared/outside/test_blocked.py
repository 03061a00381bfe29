"""No packet reaches an address that is not the world's, however it is written and wherever it is led from."""

import asyncio
import json
import sys
from typing import Any

import pytest

from tests.shared.outside.rows import PUBLIC, ROWS

WITHIN = 90


async def _told() -> dict[str, Any]:
    try:
        process = await asyncio.create_subprocess_exec(
            "unshare", "-n", sys.executable, "-m", "tests.shared.outside.everything_is_here",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError:
        pytest.skip("unshare is not installed here")
    async with asyncio.timeout(WITHIN):
        out, words = await process.communicate()
    if process.returncode and (b"unshare failed" in words or b"No such file" in words or b"not permitted" in words):
        pytest.skip("a network of its own takes root, and ip of iproute2")
    assert process.returncode == 0, words.decode()
    return json.loads(out)


async def test_an_address_leads_where_it_may() -> None:
    """Refused with its error, and not even connected to: the kernel began no connection but those that are allowed.

    What that rests on: an address of the world is reached, and counted.
    """
    told = await _told()
    assert told["control"] == {"raised": None, "reached": [PUBLIC], "opened": 1}
    assert told["rows"] == {
        row.name: {"raised": row.raises, "reached": list(row.reaches), "opened": len(row.reaches)} for row in ROWS
    }
    assert len(told["rows"]) == len(ROWS) > 80
