"""Litestar without what it loads for pages of its own that are not served, 3 MB. Imported before Litestar.

yaml is for a form of its OpenAPI document, html for templates and pages of errors, which has a table of all letters.
The metadata of packages is for its own version, which nobody is told.
"""

from __future__ import annotations

from types import ModuleType

from shared.hidden import empty, instead


class _Metadata(ModuleType):
    @staticmethod
    def version(_: str) -> str:
        """Of any package."""
        return "0.0.0"


with empty("yaml", "html"), instead("importlib.metadata", module=_Metadata):
    import litestar
    from litestar.exceptions import responses

__all__ = ["litestar", "responses"]
