"""How much memory a process has had."""

from pathlib import Path


class Peak:
    """The most memory that a process has had resident since this was made; bytes."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        self.before = self._read("VmRSS")

    def _read(self, name: str) -> int:
        (line,) = [line for line in self._status.read_text().splitlines() if line.startswith(name)]
        return int(line.split()[1]) * 1024

    @property
    def grown(self) -> int:
        return self._read("VmHWM") - self.before
