"""`python -m session_host.media.work MEMORY FILE_SIZE`: makes files ready for WhatsApp, one after the other.

An order is a line on standard input, its answer one on standard output. It ends with its input, in the middle of a
file as well: whoever asked is gone.
"""

from __future__ import annotations

import os
import resource
import select
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from session_host.media.orders import PROFILE_PICTURE, Answer, Order, Prepared
from shared.errors import MediaTooHeavy, MediaUnreadable, WagateError

_NICE = 10
_MOST_KEPT = 192 << 20
"""Bytes of memory with which a process is done: libraries give back little of what one file took."""
_MODULES = {
    "image": "pictures",
    "sticker": "stickers",
    "video": "videos",
    "gif": "gifs",
    "video_note": "video_notes",
    "audio": "sounds",
    "voice": "voice_notes",
    "document": "documents",
    "preview": "previews",
    PROFILE_PICTURE: "profile_pictures",
}
"""By the kind of an order: each loads only what it needs."""


def main(memory: int, file_size: int) -> None:
    """Answer until the input ends."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)  # what a library prints is no answer
    threading.Thread(target=_end_with_input, daemon=True).start()
    serve(sys.stdin.buffer, answers)


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Answer each order."""
    answers.writelines(answer(Order.decode(line)).encode() for line in orders)


def answer(order: Order) -> Answer:
    """What comes of an order: whatever goes wrong is the file's doing, and said."""
    try:
        prepared: Prepared = import_module(f"session_host.media.work.{_MODULES[order.kind]}").prepare(order)
    except WagateError as error:
        return Answer(error=error, last=_is_large())
    except MemoryError:
        return Answer(error=MediaTooHeavy(), inside="it needs more memory", last=True)
    except Exception as error:  # noqa: BLE001 - a file that lies breaks a reader in any way
        return Answer(error=MediaUnreadable(), inside=f"{type(error).__name__}: {error}", last=_is_large())
    return Answer(prepared, last=_is_large())


def _is_large() -> bool:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() > _MOST_KEPT


def _end_with_input() -> None:
    watch = select.poll()
    watch.register(0, 0)  # its end is told without being asked for
    watch.poll()
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
