"""A data folder that cannot be used is named at once: by `wagate up` in the terminal, and by `wagate doctor`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import Database
from shared.adapters.stores import open_stores
from shared.sealing.sealer import Sealer, key_ids_in
from shared.sessions.sealed_proxy import sealed_proxy
from shared.settings import StoreSettings
from tests.launched import launched, wagate

NONSENSE = b"this is no database" * 500


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Callable[[int], Path]]:
    """Mounts a disk of so many MiB with a data folder on it."""
    place = tmp_path / "disk"

    def mount(mib: int) -> Path:
        place.mkdir()
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "wagate-test", str(place)]
        if subprocess.run(mounting, capture_output=True, check=False).returncode:
            pytest.skip("a disk can be mounted by root only")
        (place / "data").mkdir(mode=0o700)
        return place / "data"

    yield mount
    if place.exists():
        subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)


def refused(data: Path, check: str) -> tuple[str, str]:
    """What `up` says when it refuses the folder, and what the doctor finds."""
    started = wagate("up", "--port", "0", "--data", str(data))
    assert started.returncode == 1
    assert "Traceback" not in started.stderr
    assert "Starting wagate" not in started.stderr
    done = wagate("doctor", "--data", str(data), "--json")
    (finding,) = (each for each in json.loads(done.stdout)["findings"] if each["check"] == check)
    assert finding["state"] == "fail"
    assert finding["text"] in started.stderr
    return started.stderr, finding["text"]


async def test_a_damaged_database(tmp_path: Path) -> None:
    """It is named with what to do, and left as it is: every key and session is in it."""
    file = tmp_path / "wagate.db"
    file.write_bytes(NONSENSE)
    words, _ = refused(tmp_path, "database")
    assert str(file) in words
    assert "docs/backup.md" in words
    assert file.read_bytes() == NONSENSE
    file.unlink()
    await (await Database.open(file)).close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)  # its beginning is whole
    file.write_bytes(content)
    refused(tmp_path, "database")


def test_a_lost_key_of_snapshots(tmp_path: Path) -> None:
    """No new one is made: it would open none of the snapshots that are there. A setting may have it instead."""
    snapshot = tmp_path / "blobs" / "auth+" / "ses_1+" / "1-1"
    snapshot.parent.mkdir(parents=True)
    snapshot.write_bytes(b"WGA1")
    words, _ = refused(tmp_path, "auth.key")
    assert "WAGATE_AUTH_KEY" in words
    assert not (tmp_path / "auth.key").exists()
    done = wagate("doctor", "--data", str(tmp_path), "--json", WAGATE_AUTH_KEY="AAAA")
    assert "auth.key" not in {each["check"] for each in json.loads(done.stdout)["findings"]}


@pytest.mark.broken("A key of the secrets is lost", "secrets.key", "is not there", "from a backup", state="warn")
async def test_a_lost_key_of_secrets(tmp_path: Path) -> None:
    """It is named by its id as long as a row needs it; a file that is no key keeps a gateway from starting."""
    file = tmp_path / "secrets.key"
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        session, _ = await stores.sessions.get_or_create("key_1", "sales", now=0)
        proxy = sealed_proxy("http://shop:pass@93.184.216.34:3128", session.uid, Sealer(None, file))
        await stores.sessions.choose(session.uid, lambda _: json.dumps({"proxy": proxy}))
    (needed,) = key_ids_in(proxy)
    key = file.read_text()

    def found(**environment: str) -> list[tuple[str, str]]:
        done = wagate("doctor", "--data", str(tmp_path), "--json", **environment)
        findings = json.loads(done.stdout)["findings"]
        return [(each["state"], each["text"]) for each in findings if each["check"] == "secrets.key"]

    assert found() == []
    file.unlink()
    ((state, words),) = found()
    assert (state, needed in words) == ("warn", True)
    assert found(WAGATE_SECRETS_KEY=f"{'a' * 32},{key}") == []
    assert not file.exists()
    file.write_text("cut short")
    words, _ = refused(tmp_path, "secrets.key")
    assert "cut short" not in words


def test_a_disk_with_little_room(disk: Callable[[int], Path]) -> None:
    """20 MiB: no session could run."""
    _, finding = refused(disk(20), "disk space")
    assert finding.startswith(("19 MiB free", "20 MiB free"))


def test_a_folder_that_is_read_only(disk: Callable[[int], Path]) -> None:
    """Also one in which a gateway has run."""
    data = disk(100)
    for name in ("run", "logs", "journal"):
        (data / name).mkdir()
    (data / "kind").write_text("whatsapp\n")
    subprocess.run(["mount", "-o", "remount,ro", str(data.parent)], check=True)
    words, _ = refused(data, "data folder")
    assert "Read-only file system" in words


@pytest.mark.broken("A journal was damaged", "journal", "was damaged and set aside", "sqlite3", state="warn")
def test_a_damaged_journal_is_set_aside_and_named(tmp_path: Path) -> None:
    """The gateway goes on with a new one; the doctor says where the old one is."""
    (tmp_path / "data" / "journal").mkdir(parents=True)
    (tmp_path / "data" / "journal" / "0.db").write_bytes(NONSENSE)
    with launched("sandbox", tmp_path / "data") as gateway:
        findings = json.loads(gateway.wagate("doctor", "--json").stdout)["findings"]
    (aside,) = (tmp_path / "data" / "journal").glob("0.db.damaged-*")
    assert aside.read_bytes() == NONSENSE
    (finding,) = (each for each in findings if each["check"] == "journal")
    assert finding["state"] == "warn"
    assert str(aside) in finding["text"]
