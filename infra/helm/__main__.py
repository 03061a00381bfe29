"""`python -m infra.helm`: look at the chart. `make helm` installs what it needs.

For each set of values in `wagate/ci/`: helm's own checks, then the manifests against Kubernetes' schemas, where what no
schema knows is an error, then against checkov's rules. Nothing asks a cluster or the network.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from infra.helm.chart import CHART, KUBERNETES, SETS, ChartError, rendered, run
from infra.helm.program import ROOT, helm

_TOOLS = ROOT / "infra" / "tools"
_SKIPPED = {
    "CKV_K8S_11": "no limit of CPU: a shard that is throttled misses its heartbeats and is killed",
    "CKV_K8S_15": "images are named by digests or by tags that are never used again",
    "CKV_K8S_35": "settings are environment variables; the API removes its key from its environment when it starts",
    "CKV_K8S_43": "a set of values names images by tags, to show that it may",
}


def main() -> int:
    """Return the exit status: 0 also where there is no helm, which is said."""
    program = helm()
    if program is None:
        print("make helm: left out, there is no package with helm for this machine, and none on PATH")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        lasting: list[Path] = []
        for values in SETS:
            try:
                run(program, "lint", CHART, "--strict", "--quiet", "--values", values)
                files.append(_written(Path(folder, values.name), rendered(program, values)))
                # Without the pod of `helm test`, which ends by itself and needs no probes.
                kept = rendered(program, values, options=["--skip-tests"])
                lasting.append(_written(Path(folder, f"lasting-{values.name}"), kept))
            except ChartError as error:
                print(f"{values.name}: {error}", file=sys.stderr)
                return 1
        validate = [_TOOLS / ".venv" / "bin" / "kubernetes-validate", "--strict", "--quiet", "--no-warn"]
        checkov = [_TOOLS / "checkov" / ".venv" / "bin" / "checkov", "--framework", "kubernetes", "--skip-download"]
        commands = [
            *([*validate, "--kubernetes-version", version, *files] for version in KUBERNETES),
            [*checkov, "--quiet", "--compact", "--skip-check", ",".join(_SKIPPED), "--file", *lasting],
        ]
        # Both as they come, so that one look shows everything.
        failed = [command for command in commands if subprocess.run(command, check=False, timeout=300).returncode]  # noqa: S603
    return 1 if failed else 0


def _written(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


if __name__ == "__main__":
    raise SystemExit(main())
