"""A machine that is lost, and its gateway on another one from a backup."""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

from benchmarks.gateway import running
from tests.unpacking import unpack

ROOT = Path(__file__).parents[2]


def back_up(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "session_host.backup", *arguments],
        cwd=ROOT,
        env=os.environ | {"WAGATE_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_a_gateway_goes_on_elsewhere_from_a_backup(tmp_path: Path) -> None:
    """Keys work, a session connects without a QR code and sends; the archive is its owner's only."""
    archives = tmp_path / "archives"
    async with running(tmp_path / "one") as gateway:
        await gateway.log_in("sales", "628111111111")
        key = gateway.key
        async with asyncio.timeout(60):  # the pairing is stored while the session connects
            while not any((gateway.data / "blobs" / "auth+").rglob("*-*")):
                await asyncio.sleep(0.05)
        done = back_up(gateway.data, str(archives))
        assert done.returncode == 0, done.stderr
    (archive,) = archives.glob("*.tar.gz")
    assert done.stdout.strip() == str(archive)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        unpack(tar, tmp_path / "two")
    shutil.copytree(tmp_path / "one" / "sandbox", tmp_path / "two" / "sandbox")  # WhatsApp was not lost
    async with running(tmp_path / "two") as gateway:
        gateway.key = key
        await gateway.until_connected("sales")
        (sink,) = await gateway.sinks(1)
        assert len(await gateway.send_many("sales", sink, 3)) == 3


def test_every_key_is_in_it(tmp_path: Path) -> None:
    """Those that a gateway makes when none is set: of snapshots, of secrets, of the admin routes."""
    data, keys = tmp_path / "data", {"auth.key", "secrets.key", "admin-key"}
    data.mkdir()
    for name in ("wagate.db", *keys):
        (data / name).touch()
    done = back_up(data, str(tmp_path / "archives"))
    with tarfile.open(done.stdout.strip()) as tar:
        assert set(tar.getnames()) == {"wagate.db", *keys}


def test_only_the_newest_archives_are_kept(tmp_path: Path) -> None:
    """When it is told how many; others in the folder stay."""
    data, archives = tmp_path / "data", tmp_path / "archives"
    nothing = back_up(data, str(archives))
    assert nothing.returncode == 1
    assert "WAGATE_DATA_DIR" in nothing.stderr
    data.mkdir()
    (data / "wagate.db").touch()
    archives.mkdir()
    for name in ("wagate-20200101T000000Z.tar.gz", "wagate-20200102T000000Z.tar.gz", "mine.tar.gz"):
        (archives / name).touch()
    assert back_up(data, str(archives), "--keep", "2").returncode == 0
    left = sorted(path.name for path in archives.iterdir())
    assert len(left) == 3
    assert left[:2] == ["mine.tar.gz", "wagate-20200102T000000Z.tar.gz"]
