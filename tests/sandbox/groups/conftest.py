"""What tests of groups have in common."""

from typing import Any

import pytest


@pytest.fixture
def shown(control) -> Any:
    """Return what the server holds of the group with a JID."""

    async def show(group: str) -> dict[str, Any]:
        answer = await control.get(f"/groups/{group}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return show
