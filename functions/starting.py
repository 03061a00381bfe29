"""A start that fails for a reason of the catalogue is told by its words: a traceback hides them."""

from __future__ import annotations

import logging
import re

_OURS = re.compile(r"^[\s|]*shared\.errors(\.\w+)+: (?P<words>.+)$", re.MULTILINE)


def in_words(record: logging.LogRecord) -> bool:
    """A filter for uvicorn's log: the traceback of an error of the catalogue becomes its words, in one line."""
    found = _OURS.search(record.getMessage())
    if found is not None:
        record.msg, record.args = f"The API cannot start: {found['words']}", ()
    return True
