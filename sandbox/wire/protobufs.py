"""The protobuf classes of the handshake, pairing, media retries and businesses' names, out of the neonize wheel.

Importing `neonize` itself would load its Go library (0.9 s, 73 MB, a dozen threads) into the server, which
needs only these five generated modules; so they are loaded by their files, without the package around them.
Descriptors are registered under the same names, so a real `import neonize` beside it in one process still works.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neonize.proto.waAdv import WAAdv_pb2 as adv
    from neonize.proto.waCert import WACert_pb2 as cert
    from neonize.proto.waMmsRetry import WAMmsRetry_pb2 as mms_retry
    from neonize.proto.waVnameCert import WAWebProtobufsVnameCert_pb2 as vname_cert
    from neonize.proto.waWa6 import WAWebProtobufsWa6_pb2 as wa6


def _load(relative: str) -> Any:  # noqa: ANN401 - a generated module, typed above
    package = importlib.util.find_spec("neonize")
    if package is None or package.origin is None:
        raise ImportError("the sandbox needs the neonize wheel, for its protobuf classes")
    path = Path(package.origin).parent / "proto" / relative
    name = f"{__name__}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if not TYPE_CHECKING:
    adv = _load("waAdv/WAAdv_pb2.py")
    cert = _load("waCert/WACert_pb2.py")
    mms_retry = _load("waMmsRetry/WAMmsRetry_pb2.py")
    vname_cert = _load("waVnameCert/WAWebProtobufsVnameCert_pb2.py")
    wa6 = _load("waWa6/WAWebProtobufsWa6_pb2.py")

__all__ = ["adv", "cert", "mms_retry", "vname_cert", "wa6"]
