"""A phone's settings (app state), as its linked devices fetch and change them: collections, each with a version."""

from __future__ import annotations

from typing import Final

from sandbox.app_state.app_states import ConflictError
from sandbox.app_state.change import ChangeError
from sandbox.app_state.collection import NAMES, Collection
from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.media.phone_files import SETTINGS, left_by_phone
from sandbox.phones import own_settings
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Node
from sandbox.wire.protobufs import server_sync

_PATCHES_AT_ONCE: Final = 50
_LARGE: Final = 100
"""Things said of in a collection above which a device that asks for all gets one file instead of many patches."""


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer for each collection what the device lacks, and take what it changes.

    Raises:
        StanzaError: 400 when there is no such collection, or a change is wrong.
    """
    asked = iq.need("sync").children
    if any(collection.text("name") not in NAMES for collection in asked):
        raise StanzaError(400, "bad-request")
    return [Node("sync", {}, [_synced(network, connection, collection) for collection in asked])]


def _synced(network: Network, connection: Connection, asked: Node) -> Node:
    name, version = asked.text("name"), int(str(asked.attrs.get("version", "0")) or "0")
    patch = asked.child("patch")
    if patch is not None:
        return _changed(network, connection, name, version, patch)
    collection = network.app_states.collection(connection.account, name)
    if asked.attrs.get("return_snapshot") == "true" and max(len(collection), collection.version) > _LARGE:
        return _whole(network, connection, collection)
    return _lacking(collection, version)


def _changed(network: Network, connection: Connection, name: str, version: int, patch: Node) -> Node:
    phone = connection.account
    if not isinstance(patch.content, bytes):
        raise StanzaError(400, "bad-request")
    try:
        collection = network.app_states.take(phone, name, version, patch.content)
    except ConflictError:
        lacking = _lacking(network.app_states.collection(phone, name), version)
        error = Node("error", {"code": "409", "text": "conflict"})
        return Node("collection", {**lacking.attrs, "type": "error"}, [error, *lacking.children])
    except ChangeError as error:
        raise StanzaError(400, "bad-request") from error
    own_settings.learn(network, phone, collection)
    own_settings.tell_devices(network, phone, collection, but=connection.device.id)
    return Node("collection", {"name": name, "version": str(collection.version)})


def _lacking(collection: Collection, version: int) -> Node:
    patches = collection.patches[version : version + _PATCHES_AT_ONCE]
    has_more = version + len(patches) < collection.version
    content = [Node("patches", {}, [Node("patch", {}, patch) for patch in patches])] if patches else None
    return Node("collection", {**_described(collection), "has_more_patches": str(has_more).lower()}, content)


def _whole(network: Network, connection: Connection, collection: Collection) -> Node:
    number, content = connection.account.number, collection.snapshot()
    file = left_by_phone(network.media, network.permits, number, content, SETTINGS)
    reference = server_sync.ExternalBlobReference(
        mediaKey=file.media_key,
        directPath=file.path,
        handle=file.token,
        fileSizeBytes=file.size,
        fileSHA256=file.sha256,
        fileEncSHA256=file.encrypted_sha256,
    )
    snapshot = Node("snapshot", {}, reference.SerializeToString())
    return Node("collection", {**_described(collection), "has_more_patches": "false"}, [snapshot])


def _described(collection: Collection) -> dict[str, str]:
    return {"name": collection.name, "version": str(collection.version)}
