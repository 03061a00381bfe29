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

from session_host.whatsapp.library.on_demand import classes_on_demand

_EMPTY = {"neonize": "", "neonize.utils": "utils"}
"""Packages, by their folders, of which only modules are loaded."""
_WITHOUT = ("requests", "tqdm")
"""What neonize downloads its library with."""
_DOWNLOADING = "neonize.download"
_LIBRARYS = "neonize._binder", "neonize.proto.Neonize_pb2"
_WHATSAPPS = (
    "waCompanionReg.WAWebProtobufsCompanionReg_pb2",
    "waE2E.WAWebProtobufsE2E_pb2",
    "waHistorySync.WAWebProtobufsHistorySync_pb2",
    "waWeb.WAWebProtobufsWeb_pb2",
)
"""By the names that the library's own import them under: below `neonize.proto` all of it would be loaded once more."""


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
    binder, protobufs, companion, *others = map(importlib.import_module, (*_LIBRARYS, *_WHATSAPPS))
    return binder, protobufs, companion.DeviceProps, *others


with _parts_only() if "neonize" not in sys.modules else nullcontext(), classes_on_demand():
    binder, protobufs, DeviceProps, e2e, history_sync, web = _load()
