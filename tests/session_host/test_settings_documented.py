"""Every setting of a session host is in docs/settings.md."""

import pytest

from session_host.settings import HostSettings
from tests.session_host.gateway_host import ROOT


@pytest.mark.parametrize("name", HostSettings.model_fields)
def test_a_setting_is_documented(name: str) -> None:
    """A setting without a row in the docs fails."""
    assert f"| `{name}` |" in (ROOT / "docs" / "settings.md").read_text()
