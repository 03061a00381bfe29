"""Albums: a message that says how many pictures and videos follow, and then a message for each.

The row of the first one holds all of it. Those of its parts are made by whoever sends it, under ids that follow from
its own (`shared.ids.part_id`), before it is handed over (docs/adr/0045).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field

from shared.contracts.content.file import WithFile, WithFiles
from shared.contracts.content.image import Image
from shared.contracts.content.video import Video

FEWEST, MOST = 2, 30
"""Items. Ours: phones have let people choose 30 at once, and WhatsApp names no limit."""
Item = Annotated[Image | Video, Field(discriminator="type")]


class Album(WithFiles):
    """Pictures and videos that phones show as one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"type": "image", "caption": "Halo", "file": {"media_id": "med_1", "size": 3, "sha256": "00"}},
                        {"type": "video", "file": {"media_id": "med_2", "size": 3, "sha256": "00"}},
                    ]
                }
            ]
        }
    )

    type: Literal["album"] = "album"
    items: Annotated[tuple[Item, ...], Field(min_length=FEWEST, max_length=MOST)]

    @property
    def images(self) -> int:
        """How many of them are pictures."""
        return sum(isinstance(item, Image) for item in self.items)

    @property
    def videos(self) -> int:
        """How many are videos."""
        return len(self.items) - self.images

    @property
    def unready(self) -> tuple[WithFile, ...]:
        """Those whose file was not made ready yet."""
        return tuple(item for item in self.items if item.ready is None)

    def with_ready(self, part: WithFile, ready: Any) -> Self:  # noqa: ANN401 - the session host's own
        """The same with what the file of one of them became."""
        items = tuple(item.made_ready(ready) if item is part else item for item in self.items)
        return self.model_copy(update={"items": items})
