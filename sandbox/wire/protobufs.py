"""The protobuf classes of the wheel of neonize: of the handshake, of pairing, of what phones write to their devices.

Importing `neonize` itself would load its Go library (0.9 s, 73 MB, a dozen threads) into the server, which needs only
generated modules. They import one another by the names that they have in neonize's folder of them, so they are loaded
from there, without the package around them. Descriptors are registered under the same names, so a real
`import neonize` beside it in one process still works.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neonize.proto.waAdv import WAAdv_pb2 as adv
    from neonize.proto.waCert import WACert_pb2 as cert
    from neonize.proto.waCompanionReg import WAWebProtobufsCompanionReg_pb2 as companion_reg
    from neonize.proto.waE2E import WAWebProtobufsE2E_pb2 as e2e
    from neonize.proto.waHistorySync import WAWebProtobufsHistorySync_pb2 as history_sync
    from neonize.proto.waMmsRetry import WAMmsRetry_pb2 as mms_retry
    from neonize.proto.waServerSync import WAWebProtobufsServerSync_pb2 as server_sync
    from neonize.proto.waSyncAction import WAWebProtobufSyncAction_pb2 as sync_action
    from neonize.proto.waVnameCert import WAWebProtobufsVnameCert_pb2 as vname_cert
    from neonize.proto.waWa6 import WAWebProtobufsWa6_pb2 as wa6
    from neonize.proto.waWeb import WAWebProtobufsWeb_pb2 as web


def _load(*names: str) -> list[Any]:
    package = importlib.util.find_spec("neonize")
    if package is None or package.origin is None:
        raise ImportError("the sandbox needs the neonize wheel, for its protobuf classes")
    folder = str(Path(package.origin).parent / "proto")
    sys.path.insert(0, folder)
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(folder)


if not TYPE_CHECKING:
    adv, cert, companion_reg, e2e, history_sync, mms_retry, server_sync, sync_action, vname_cert, wa6, web = _load(
        "waAdv.WAAdv_pb2",
        "waCert.WACert_pb2",
        "waCompanionReg.WAWebProtobufsCompanionReg_pb2",
        "waE2E.WAWebProtobufsE2E_pb2",
        "waHistorySync.WAWebProtobufsHistorySync_pb2",
        "waMmsRetry.WAMmsRetry_pb2",
        "waServerSync.WAWebProtobufsServerSync_pb2",
        "waSyncAction.WAWebProtobufSyncAction_pb2",
        "waVnameCert.WAWebProtobufsVnameCert_pb2",
        "waWa6.WAWebProtobufsWa6_pb2",
        "waWeb.WAWebProtobufsWeb_pb2",
    )

__all__ = [
    "adv",
    "cert",
    "companion_reg",
    "e2e",
    "history_sync",
    "mms_retry",
    "server_sync",
    "sync_action",
    "vname_cert",
    "wa6",
    "web",
]
