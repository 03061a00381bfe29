"""One collection of settings: the patches that made it, which the server has, and what the phone reads in them."""

from __future__ import annotations

from typing import Final, NamedTuple

from sandbox.app_state import sums
from sandbox.app_state.change import MAC, Change, ChangeError, opened, sealed
from sandbox.app_state.keys import Keys
from sandbox.wire.protobufs import server_sync

NAMES: Final = ("critical_block", "critical_unblock_low", "regular_high", "regular", "regular_low")
"""There are no others. neonize 0.5.2 names one of no name when it writes any but the own name."""


class _Entry(NamedTuple):
    record: server_sync.SyncdRecord
    change: Change


class Collection:
    """The settings of one phone under one name, as all patches so far make them."""

    def __init__(self, name: str, keys: Keys) -> None:
        self.name = name
        self._keys = keys
        self._sum = sums.EMPTY
        self._entries: dict[bytes, _Entry] = {}
        self.patches: list[bytes] = []
        """The serialised patches; the first made version 1."""

    @property
    def version(self) -> int:
        """How often it was changed."""
        return len(self.patches)

    def __len__(self) -> int:
        """Return how many things it says something of."""
        return len(self._entries)

    def changes(self) -> list[Change]:
        """Return what holds now."""
        return [entry.change for entry in self._entries.values()]

    def find(self, *index: str) -> Change | None:
        """Return what holds of one thing, None when nothing was said."""
        return next((change for change in self.changes() if change.index == index), None)

    def write(self, changes: list[Change]) -> bytes:
        """Make the next version of it, as the phone does; return the patch."""
        mutations = [sealed(change, self._keys) for change in changes]
        sum_ = self._sum_after(mutations)
        version = self.version + 1
        snapshot_mac = self._keys.mac_of_snapshot(sum_, version, self.name)
        patch = server_sync.SyncdPatch(
            version=server_sync.SyncdVersion(version=version),
            mutations=mutations,
            snapshotMAC=snapshot_mac,
            patchMAC=self._keys.mac_of_patch(snapshot_mac, _value_macs(mutations), version, self.name),
            keyID=server_sync.KeyId(ID=self._keys.id),
        )
        return self.take(patch)

    def take(self, patch: server_sync.SyncdPatch) -> bytes:
        """Make the next version of it with a patch of anybody's; return the patch with its version in it.

        Raises:
            ChangeError: The phone would refuse it.
        """
        version, mutations = self.version + 1, list(patch.mutations)
        changes = [opened(mutation, self._keys) for mutation in mutations]
        sum_ = self._sum_after(mutations)
        if patch.snapshotMAC != self._keys.mac_of_snapshot(sum_, version, self.name):
            raise ChangeError("the patch does not lead to what it says")
        if patch.patchMAC != self._keys.mac_of_patch(patch.snapshotMAC, _value_macs(mutations), version, self.name):
            raise ChangeError("the patch is not authentic")
        for mutation, change in zip(mutations, changes, strict=True):
            index = mutation.record.index.blob
            self._entries.pop(index, None)
            if not change.is_removed:
                self._entries[index] = _Entry(mutation.record, change)
        self._sum = sum_
        patch.version.version = version
        self.patches.append(patch.SerializeToString())
        return self.patches[-1]

    def snapshot(self) -> bytes:
        """Return all that holds now in one piece."""
        return server_sync.SyncdSnapshot(
            version=server_sync.SyncdVersion(version=self.version),
            records=[entry.record for entry in self._entries.values()],
            mac=self._keys.mac_of_snapshot(self._sum, self.version, self.name),
            keyID=server_sync.KeyId(ID=self._keys.id),
        ).SerializeToString()

    def _sum_after(self, mutations: list[server_sync.SyncdMutation]) -> bytes:
        sum_, replaced = self._sum, {index: _value_mac(entry.record) for index, entry in self._entries.items()}
        for mutation in mutations:
            index, mac = mutation.record.index.blob, _value_mac(mutation.record)
            if index in replaced:
                sum_ = sums.without_value(sum_, replaced.pop(index))
            if mutation.operation == server_sync.SyncdMutation.SET:
                sum_ = sums.with_value(sum_, mac)
                replaced[index] = mac
        return sum_


def _value_mac(record: server_sync.SyncdRecord) -> bytes:
    return record.value.blob[-MAC:]


def _value_macs(mutations: list[server_sync.SyncdMutation]) -> list[bytes]:
    return [_value_mac(mutation.record) for mutation in mutations]
