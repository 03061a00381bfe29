"""The server's long-term keys, and the certificate chain a client checks them by.

A client trusts one root key, compiled in. It checks two signatures (root over intermediate, intermediate over
leaf), the serial numbers that link them and both validity windows, and nothing else (measured on neonize 0.5.2).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from sandbox.wire.protobufs import cert
from sandbox.wire.xeddsa import IdentityKey

_INTERMEDIATE_SERIAL: Final = 7
_LEAF_SERIAL: Final = 8
_HOUR: Final = 3600
_VALIDITY: Final = 366 * 24 * _HOUR


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """The three keys: what clients are told to trust, what it signs, and what handshakes are made with."""

    root: IdentityKey
    intermediate: IdentityKey
    static: IdentityKey

    @classmethod
    def generate(cls) -> TrustRoot:
        """Return three fresh keys."""
        return cls(IdentityKey(), IdentityKey(), IdentityKey())

    def certificate(self, now: float | None = None) -> bytes:
        """Return a CertChain for `static`, valid from an hour before `now` (epoch seconds) for a year."""
        begin = int(time.time() if now is None else now) - _HOUR
        intermediate = _details(_INTERMEDIATE_SERIAL, 0, self.intermediate.public, begin)
        leaf = _details(_LEAF_SERIAL, _INTERMEDIATE_SERIAL, self.static.public, begin)
        return cert.CertChain(
            leaf=cert.CertChain.NoiseCertificate(details=leaf, signature=self.intermediate.sign(leaf)),
            intermediate=cert.CertChain.NoiseCertificate(details=intermediate, signature=self.root.sign(intermediate)),
        ).SerializeToString()


def _details(serial: int, issuer: int, key: bytes, begin: int) -> bytes:
    return cert.CertChain.NoiseCertificate.Details(
        serial=serial, issuerSerial=issuer, key=key, notBefore=begin, notAfter=begin + _VALIDITY
    ).SerializeToString()
