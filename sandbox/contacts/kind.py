"""What a kind of message is made of, for those who send and name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from neonize.utils.enum import MediaType

from sandbox.control.draft import Draft


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message.

    `part`: the field of `waE2E.Message`, `also` the others that mean the same. `stanza`: the `type` and `mediatype`
    that its stanza has to have. `upload_as`, when it has a file: what decides how that is encrypted. `mimetype`: the
    file's, when nothing is said. `fixed`: what makes it this kind among those with the same field. `fill` puts what a
    draft says into the part, `show` gives what is shown of it: of a kind that is more than names and values.
    """

    part: str
    stanza: tuple[str, str]
    upload_as: MediaType | None = None
    mimetype: str = ""
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    also: tuple[str, ...] = ()
    fill: Callable[[Any, Draft], None] | None = None
    show: Callable[[Any], dict[str, Any]] | None = None
