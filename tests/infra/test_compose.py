"""docker-compose.yml: what it promises to who runs it on a server."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from functions.settings import ApiSettings
from session_host.settings import HostSettings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(SERVICES.keys() - {"proxy"})


def test_only_the_proxy_can_be_reached() -> None:
    """No other service has a port on the machine."""
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"]
    assert SERVICES["api"]["networks"] == SERVICES["nats"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_write_nothing_but_their_volumes(name: str) -> None:
    """And have no capabilities."""
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_secrets_have_no_default() -> None:
    """Each is asked for by name, and nothing starts without it."""
    asked = dict(re.findall(r"\$\{(\w+)(:\?|:-|-|\})", TEXT))
    assert asked == {"WAGATE_NATS_TOKEN": ":?", "DOMAIN": ":?", "WAGATE_ADMIN_KEY": ":?"}


def test_every_setting_is_one() -> None:
    """A name that is spelt wrong would be ignored."""
    known = {f"WAGATE_{name.upper()}" for name in [*ApiSettings.model_fields, *HostSettings.model_fields]}
    given = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert given <= known


def test_every_dockerfile_is_there() -> None:
    """Of what is built here."""
    files = [service["build"]["dockerfile"] for service in SERVICES.values() if "build" in service]
    assert files
    assert all((ROOT / file).is_file() for file in files)
