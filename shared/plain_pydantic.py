"""pydantic without plugins of other packages. Imported before the first model is made.

To look for some it loads what reads the metadata of packages, mail and archives: a megabyte and 10 ms, for none.
"""

from __future__ import annotations

import sys
from types import ModuleType

_LOADER = "pydantic.plugin._loader"


class _NoPlugins(ModuleType):
    """In the place of what looks for them."""

    @staticmethod
    def get_plugins() -> tuple[()]:
        """None."""
        return ()


sys.modules.setdefault(_LOADER, _NoPlugins(_LOADER))
