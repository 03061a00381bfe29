"""Can what is set in the environment be meant?"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from cli.checks.finding import Finding
from functions.settings import ApiSettings
from session_host.settings import HostSettings
from shared.settings import in_words

_PREFIX = "WAGATE_"
_OTHERS = {
    "WAGATE_API_KEY", "WAGATE_LOG_BYTES", "WAGATE_PASSPHRASE", "WAGATE_SECRETS", "WAGATE_SESSION", "WAGATE_URL",
    "WAGATE_WHATSAPP_PROXY",
}  # fmt: skip
"""Variables that are read elsewhere: by commands, by `wagate up`, at AWS."""


def settings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Name what is wrong, and what nobody reads; nothing where all is well."""
    yield from (Finding("settings", "fail", words, "Correct it in the environment.") for words in wrong_settings())
    known = {f"{_PREFIX}{name.upper()}" for name in (ApiSettings.model_fields | HostSettings.model_fields)} | _OTHERS
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            remedy = f"Was {near[0]} meant?" if near else "docs/settings.md lists all settings."
            yield Finding("settings", "warn", f"Nothing reads {name}.", remedy)


def wrong_settings() -> Iterator[str]:
    """What is wrong with each setting that the API or a session host would refuse, without its value.

    Short secrets are left to whoever starts them: a sandbox may have some.
    """
    for check in (lambda: ApiSettings(allow_short_secrets=True), HostSettings):
        try:
            check()
        except ValidationError as error:
            yield from in_words(error).splitlines()
