"""docker-compose.yml: what it promises to who runs it on a server."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import nats
import pytest
import yaml
from nats.errors import Error, NoServersError

from functions.access.client_address import Proxies
from functions.settings import ApiSettings
from session_host.settings import HostSettings
from tests.emulators.nats_process import BINARY, free_port
from tests.emulators.process import ServerProcess
from tests.infra.nats_script import ONCE

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
    known = {"NATS_TOKEN"} | {
        f"WAGATE_{name.upper()}" for name in [*ApiSettings.model_fields, *HostSettings.model_fields]
    }
    given = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert given <= known


def test_the_api_believes_its_proxy_and_nobody_else() -> None:
    """The proxy has an address of its own, which no other container can be given."""
    address = ip_address(SERVICES["proxy"]["networks"]["inside"]["ipv4_address"])
    proxies = Proxies.named(SERVICES["api"]["environment"]["WAGATE_TRUSTED_PROXIES"])
    assert proxies == Proxies.named(str(address))
    (given,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert address in ip_network(given["subnet"])
    assert address not in ip_network(given["ip_range"])


def test_no_secret_is_a_word_of_a_command() -> None:
    """`ps` on the machine shows those, and so does `docker inspect`."""
    words = " ".join(word for service in SERVICES.values() for word in service.get("command", ()))
    assert not re.findall(r"\$\{WAGATE_\w+", words)


@pytest.mark.parametrize("token", ["1e5" + "0" * 61, "8m", "0x1f", "abcdef", "3" * 64])
async def test_nats_takes_the_token_from_its_environment(tmp_path: Path, token: str) -> None:
    """Whatever it looks like, also a number, and nobody gets in without it."""
    environment = {
        name: value.replace("${WAGATE_NATS_TOKEN:?set it in .env}", token)
        for name, value in SERVICES["nats"]["environment"].items()
    }
    config = tmp_path / "nats.conf"
    config.write_text((ROOT / "infra/images/nats.conf").read_text().replace("/data", str(tmp_path / "data")))
    port = free_port()
    command = [str(BINARY), "--config", str(config), "--addr", "127.0.0.1", "--port", str(port)]
    process = ServerProcess.start(command, log=tmp_path / "log", env=environment)
    try:
        url = f"nats://127.0.0.1:{port}"
        client = await nats.connect(url, token=token, max_reconnect_attempts=300, reconnect_time_wait=0.1)
        assert client.jetstream()
        await client.close()
        with pytest.raises((Error, NoServersError)):
            await nats.connect(url, token=f"{token}x", **ONCE)
    finally:
        process.stop()


def test_every_dockerfile_is_there() -> None:
    """Of what is built here."""
    files = [service["build"]["dockerfile"] for service in SERVICES.values() if "build" in service]
    assert files
    assert all((ROOT / file).is_file() for file in files)
