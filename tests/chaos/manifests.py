"""Watches the bucket: the (epoch, seq) of a session's manifest only rises."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from shared.settings import StoreSettings
from tests.chaos.emulated import emulated

_LOOK_EVERY = 0.5
_LARGEST = 4096
"""Bytes; a manifest is small, a snapshot is not read."""


@dataclass(slots=True)
class Manifests:
    """What was seen. `rewound`: in words, each time one went back."""

    latest: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    rewound: list[str] = field(default_factory=list[str])

    def saw(self, key: str, place: tuple[int, int]) -> None:
        """Note what a manifest says now."""
        before = self.latest.get(key, place)
        if place < before:
            self.rewound.append(f"{key}: from {before} to {place}")
        self.latest[key] = place

    async def watch(self, stores: StoreSettings) -> None:
        """Look twice a second, until cancelled."""
        async with emulated("s3", stores) as s3:
            while True:
                try:
                    listed = await s3.list_objects_v2(Bucket=stores.bucket)
                    for item in listed.get("Contents", []):
                        if item["Size"] <= _LARGEST:
                            found = await s3.get_object(Bucket=stores.bucket, Key=item["Key"])
                            place = _place(await found["Body"].read())
                            if place is not None:
                                self.saw(item["Key"], place)
                except (BotoCoreError, ClientError):
                    pass  # an object that was just removed, or a busy emulator: there is a next look
                await asyncio.sleep(_LOOK_EVERY)


def _place(body: bytes) -> tuple[int, int] | None:
    """The (epoch, seq) of an object, None when it is no manifest."""
    try:
        manifest = json.loads(body)
        return int(manifest["epoch"]), int(manifest["seq"])
    except (ValueError, KeyError, TypeError):
        return None
