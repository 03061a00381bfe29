"""A collection of settings: what makes a version of it, and what a phone refuses."""

import os

import pytest

from sandbox.app_state.app_states import AppStates, ConflictError
from sandbox.app_state.change import Change, ChangeError
from sandbox.app_state.collection import Collection
from sandbox.app_state.keys import Keys
from sandbox.state.accounts import Account
from sandbox.state.storage import Store
from sandbox.wire.protobufs import server_sync, sync_action


def named(name: str) -> Change:
    value = sync_action.SyncActionValue(pushNameSetting=sync_action.PushNameSetting(name=name))
    return Change(("setting_pushName",), value, 1)


def pinned(chat: str) -> Change:
    return Change(("pin_v1", chat), sync_action.SyncActionValue(pinAction=sync_action.PinAction(pinned=True)), 5)


@pytest.fixture
def keys() -> Keys:
    return Keys.of(b"\0\0\0\0\0\1", os.urandom(32))


def test_another_copy_follows_the_patches(keys):
    """A device with the key that takes every patch has what the phone has, what was replaced and removed included."""
    ours, theirs = Collection("regular_low", keys), Collection("regular_low", keys)
    first, second = pinned("1@lid"), pinned("2@lid")
    gone = Change(first.index, first.value, 5, is_removed=True)
    for changes in ([first, second], [second], [gone]):
        theirs.take(server_sync.SyncdPatch.FromString(ours.write(changes)))
    assert [change.index for change in theirs.changes()] == [second.index]
    assert (theirs.version, theirs.snapshot()[:4]) == (3, ours.snapshot()[:4])
    assert server_sync.SyncdSnapshot.FromString(theirs.snapshot()).mac == (
        server_sync.SyncdSnapshot.FromString(ours.snapshot()).mac
    )


@pytest.mark.parametrize("spoilt", ["value", "sum", "order", "name"])
def test_a_patch_that_is_not_right_is_refused(keys, spoilt):
    """A changed value, a wrong sum, changes in another order and another collection's name are all seen."""
    ours = Collection("regular_low", keys)
    theirs = Collection("regular" if spoilt == "name" else "regular_low", keys)
    patch = server_sync.SyncdPatch.FromString(ours.write([pinned("1@lid"), pinned("2@lid")]))
    if spoilt == "value":
        blob = patch.mutations[0].record.value.blob
        patch.mutations[0].record.value.blob = blob[:20] + bytes((blob[20] ^ 1,)) + blob[21:]
    elif spoilt == "sum":
        patch.snapshotMAC = bytes(32)
    elif spoilt == "order":
        first = server_sync.SyncdMutation()
        first.CopyFrom(patch.mutations[0])
        patch.mutations[0].CopyFrom(patch.mutations[1])
        patch.mutations[1].CopyFrom(first)
    with pytest.raises(ChangeError):
        theirs.take(patch)
    assert theirs.version == 0


def test_a_late_change_is_a_conflict_and_all_is_there_after_a_restart(tmp_path):
    """Who knows an older version is refused; the key and the versions are kept."""
    phone = Account("491700000001", "900000000000001", os.urandom(32), 1)
    store = Store(tmp_path / "state.sqlite")
    states = AppStates(store)
    states.write(phone, "critical_block", [named("Anna")])
    patch = states.collection(phone, "critical_block").patches[0]
    with pytest.raises(ConflictError):
        states.take(phone, "critical_block", 0, patch)
    store.close()

    again = AppStates(Store(tmp_path / "state.sqlite"))
    assert again.secret(phone) == states.secret(phone)
    found = again.collection(phone, "critical_block").find("setting_pushName")
    assert found is not None
    assert found.value.pushNameSetting.name == "Anna"
