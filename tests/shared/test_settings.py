"""Settings are taken as they were meant, or refused in words that do not tell what was set."""

import pytest
from pydantic import ValidationError

from functions.settings import ApiSettings
from session_host.settings import HostSettings
from shared.settings import StoreSettings, in_words

SECRET = "a-secret-of-the-tests-0123456789"  # noqa: S105 - opens nothing


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WHATSAPP_PROXY", "WAGATE_WHATSAPP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("around", ["{}\n", "  {}", "\t{} \r\n"])
def test_what_was_copied_along_does_not_count(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    """Blanks and newlines around a secret or an address, as a file or a terminal gives them."""
    for name in ("ADMIN_KEY", "METRICS_TOKEN", "NATS_TOKEN", "NATS_URL", "AUTH_KEY", "STORE", "PORT"):
        value = {"STORE": "sqlite", "PORT": "3000"}.get(name, SECRET)
        monkeypatch.setenv(f"WAGATE_{name}", around.format(value))
    api, host = ApiSettings(), HostSettings()
    assert api.admin_key is not None
    assert api.metrics_token is not None
    secrets = (api.admin_key.get_secret_value(), api.metrics_token.get_secret_value(), api.nats_token, host.auth_key)
    assert set(secrets) == {SECRET}
    assert (api.nats_url, api.store, api.port) == (SECRET, "sqlite", 3000)


@pytest.mark.parametrize("name", ["ADMIN_KEY", "METRICS_TOKEN", "NATS_TOKEN", "NATS_URL"])
def test_what_stands_within_is_refused_and_not_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Two lines where one was meant, or a character that nobody sees."""
    for within in ("\n", "\u200b", "\x1b"):
        monkeypatch.setenv(f"WAGATE_{name}", f"{SECRET}{within}{SECRET}")
        with pytest.raises(ValidationError) as refused:
            ApiSettings()
        words = in_words(refused.value)
        assert words.startswith(f"WAGATE_{name}: it has a line break or an invisible character")
        assert SECRET not in words
        assert SECRET not in str(refused.value)


def test_a_certificate_has_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """PEM text is taken as it is."""
    monkeypatch.setenv("WAGATE_NATS_CA", "-----BEGIN\nA\nEND-----\n")
    assert StoreSettings().nats_ca == "-----BEGIN\nA\nEND-----"


def test_the_first_of_two_names_of_the_proxy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one is a direct connection."""
    monkeypatch.setenv("WAGATE_WHATSAPP_PROXY", "http://second:1")
    assert HostSettings().whatsapp_proxy == "http://second:1"
    monkeypatch.setenv("WHATSAPP_PROXY", " http://first:1\n")
    assert HostSettings().whatsapp_proxy == "http://first:1"
    monkeypatch.setenv("WHATSAPP_PROXY", "")
    assert HostSettings().whatsapp_proxy is None


@pytest.mark.parametrize("name", ["WHATSAPP_PROXY", "WAGATE_WHATSAPP_PROXY"])
def test_a_malformed_proxy_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """By its name and without its password."""
    monkeypatch.setenv(name, "http://user:pa#ss@proxy:3128")
    with pytest.raises(ValidationError) as refused:
        HostSettings()
    words = in_words(refused.value)
    assert "WHATSAPP_PROXY: " in words
    assert "'#' is %23" in words
    assert "pa" + "#ss" not in words
