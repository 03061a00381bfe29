"""Can what is set in the environment be meant?"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from functions.settings import ApiSettings
from session_host.settings import HostSettings
from shared.settings import in_words


def wrong_settings() -> Iterator[str]:
    """What is wrong with each setting that the API or a session host would refuse, without its value.

    Short secrets are left to whoever starts them: a sandbox may have some.
    """
    for check in (lambda: ApiSettings(allow_short_secrets=True), HostSettings):
        try:
            check()
        except ValidationError as error:
            yield from in_words(error).splitlines()
