"""The server's own secrets: made once, kept with the rest of its state, so that paired clients still trust it."""

from __future__ import annotations

import os

from sandbox.secrets.tls import Certificates
from sandbox.secrets.trust_root import TrustRoot
from sandbox.state.storage import Store
from sandbox.wire.xeddsa import IdentityKey


def trust_root(store: Store) -> TrustRoot:
    """Return the kept keys, or new ones, now kept."""
    kept = _kept(store)
    names = ("root", "intermediate", "static")
    if all(name in kept for name in names):
        return TrustRoot(*(IdentityKey(kept[name]) for name in names))
    made = TrustRoot.generate()
    for name, key in zip(names, (made.root, made.intermediate, made.static), strict=True):
        _keep(store, name, key.seed)
    return made


def certificates(store: Store) -> Certificates:
    """Return the kept TLS certificates, or new ones, now kept."""
    kept = _kept(store)
    names = ("authority", "server", "server_key")
    if all(name in kept for name in names):
        certificates = Certificates(*(kept[name] for name in names))
        if certificates.suits_clients():
            return certificates
    made = Certificates.generate()
    for name in names:
        _keep(store, name, getattr(made, name))
    return made


def media_key(store: Store) -> bytes:
    """Return the kept key that the media servers sign with, or a new one, now kept."""
    key = _kept(store).get("media")
    if key is None:
        key = os.urandom(32)
        _keep(store, "media", key)
    return key


def _kept(store: Store) -> dict[str, bytes]:
    return dict(store.read("SELECT name, value FROM secrets"))  # pyright: ignore[reportUnknownVariableType]


def _keep(store: Store, name: str, value: bytes) -> None:
    store.write("INSERT OR REPLACE INTO secrets VALUES (?, ?)", name, value)
