"""The certificates of the NATS servers, as they make them: with openssl, and an authority that is made once."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.nats_script import VALUES, Secrets
from tests.infra.templates import substituted, template

pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
    pytest.mark.timeout(300),  # servers are configured, with LocalStack started before them
]


@pytest.fixture(scope="module")
def secrets(localstack_endpoint: str) -> Secrets:
    return Secrets.made(localstack_endpoint)


def verified(folder: Path, name: str) -> bool:
    """Whether a server's certificate is good for a name, by the strictest rules openssl has."""
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name]
    command += ["-CAfile", "authority.pem", "server.pem"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_a_certificate_is_for_the_server_s_own_name(secrets: Secrets, tmp_path: Path) -> None:
    """The one in the address that API and hosts are given. The key of who signed it does not stay on the machine."""
    text = secrets.configure("b", tmp_path)
    url = substituted(template("nats")["Outputs"]["Url"]["Value"], VALUES)
    assert url.split(",")[1] == "tls://nats-b.x.internal:4222"
    assert verified(tmp_path, "nats-b.x.internal")
    assert not verified(tmp_path, "nats-a.x.internal")
    assert str(tmp_path / "server.pem") in text
    for secret in ("nats.conf", "server.key"):
        assert (tmp_path / secret).stat().st_mode & 0o777 == 0o600
    key = secrets.read(secrets.authority)["key"]
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and key.splitlines()[1] in file.read_text()]


def test_the_authority_stays_and_a_restart_makes_a_new_certificate(secrets: Secrets, tmp_path: Path) -> None:
    """Who signed it is what API and hosts are told; a certificate lasts ten years from each start."""
    secrets.configure("a", tmp_path)
    before = ((tmp_path / "authority.pem").read_text(), (tmp_path / "server.pem").read_text())
    secrets.configure("a", tmp_path)
    after = ((tmp_path / "authority.pem").read_text(), (tmp_path / "server.pem").read_text())
    assert before[0] == after[0] == secrets.read(secrets.ca)["WAGATE_NATS_CA"]
    assert before[1] != after[1]
    for file in ("server.pem", "authority.pem"):
        lasts = ["openssl", "x509", "-checkend", str(9 * 365 * 24 * 3600), "-in", str(tmp_path / file)]
        assert subprocess.run(lasts, check=False, capture_output=True).returncode == 0


def test_of_two_that_are_first_one_makes_the_authority(localstack_endpoint: str, tmp_path: Path) -> None:
    """The other, which found none and made one too, takes that of the first."""
    own = Secrets.made(localstack_endpoint)
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
    # All that the first one does, just before the second one writes what it made.
    (tmp_path / "first").write_text(own.script(first))
    raced = second / "raced"
    own.configure("b", second, meanwhile=f"[ -e {raced} ] || {{ touch {raced}; bash {tmp_path / 'first'} a >&2; }}")
    assert raced.exists()
    assert (first / "authority.pem").read_text() == (second / "authority.pem").read_text()
    assert own.read(own.authority)["pem"] == (first / "authority.pem").read_text()
    assert verified(first, "nats-a.x.internal")
    assert verified(second, "nats-b.x.internal")


def test_without_an_authority_there_is_no_server(localstack_endpoint: str, tmp_path: Path) -> None:
    """One that could not be written and is not there either: no configuration, so nothing starts without TLS."""
    own = Secrets.made(localstack_endpoint)
    with pytest.raises(AssertionError, match="KeyError"):
        own.configure("a", tmp_path, meanwhile="exit 1")
    assert not (tmp_path / "nats.conf").exists()
    assert own.read(own.authority) == own.read(own.ca) == {}


def test_an_authority_that_is_taken_away_is_made_anew(localstack_endpoint: str, tmp_path: Path) -> None:
    """How it is renewed (infra/runbooks.md): also after it was made once, and again one wins."""
    own = Secrets.made(localstack_endpoint)
    own.configure("a", tmp_path)
    before = own.read(own.authority)
    own.client.put_secret_value(SecretId=own.authority, SecretString="{}")
    own.configure("a", tmp_path)
    after = own.read(own.authority)
    assert before["pem"] != after["pem"] == own.read(own.ca)["WAGATE_NATS_CA"]
    assert verified(tmp_path, "nats-a.x.internal")
