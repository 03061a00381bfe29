"""neonize's declarations of its Go library's functions, and its protobufs, without the rest of neonize.

`import neonize` runs its whole client and loads pictures, previews of links and three HTTP clients for it: 0.8 s of a
processor and 16 MB that nothing here uses. So its packages stand empty while the two parts are loaded. Afterwards
neonize can be imported as ever, by a test for instance: it finds these parts and loads the others.

A library that is missing is not downloaded, as neonize does: what runs is what was installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

_EMPTY = {"neonize": "", "neonize.utils": "utils"}
"""Packages, by their folders, of which only modules are loaded."""
_WITHOUT = ("requests", "tqdm")
"""What neonize downloads its library with."""
_DOWNLOADING = "neonize.download"
_COMPANION = "proto.waCompanionReg.WAWebProtobufsCompanionReg_pb2"
_E2E = "proto.waE2E.WAWebProtobufsE2E_pb2"
_HISTORY = "proto.waHistorySync.WAWebProtobufsHistorySync_pb2"
_WEB = "proto.waWeb.WAWebProtobufsWeb_pb2"


@contextmanager
def _parts_only() -> Generator[None]:
    spec = importlib.util.find_spec("neonize")
    if spec is None or spec.origin is None:
        raise ImportError("neonize is not installed")
    folder = Path(spec.origin).parent
    stand_ins = {name: _empty(name, folder / place) for name, place in _EMPTY.items()}
    stand_ins |= {name: _empty(name, None) for name in _WITHOUT if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in (*stand_ins, _DOWNLOADING):
            sys.modules.pop(name, None)


def _empty(name: str, folder: Path | None) -> ModuleType:
    module = ModuleType(name)
    if folder is None:
        module.__dict__["tqdm"] = None
    else:
        module.__path__ = [str(folder)]
    return module


def _load() -> tuple[Any, ...]:
    parts = ("_binder", "proto.Neonize_pb2", _COMPANION, _E2E, _HISTORY, _WEB)
    binder, protobufs, companion, *others = (importlib.import_module(f"neonize.{part}") for part in parts)
    return binder, protobufs, companion.DeviceProps, *others


with _parts_only() if "neonize" not in sys.modules else nullcontext():
    binder, protobufs, DeviceProps, e2e, history_sync, web = _load()
