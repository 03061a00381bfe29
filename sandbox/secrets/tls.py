"""The certificates clients are told to trust, and the TLS settings of the server they connect to."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# A wildcard stands for one label: media hosts such as media-xyz1-1.cdn.whatsapp.net need their own.
_NAMES: Final = ("*.whatsapp.com", "*.whatsapp.net", "*.cdn.whatsapp.net", "whatsapp.com", "whatsapp.net")
_VALIDITY: Final = dt.timedelta(days=397)  # the longest that clients accept


@dataclass(frozen=True, slots=True)
class Certificates:
    """A certificate authority, and the server's certificate and key it vouches for; all PEM."""

    authority: bytes
    server: bytes
    server_key: bytes

    @classmethod
    def generate(cls) -> Certificates:
        """Return new ones. The authority's key is thrown away: it signs once."""
        authority_key = ec.generate_private_key(ec.SECP256R1())
        server_key = ec.generate_private_key(ec.SECP256R1())
        issuer = _name("wagate sandbox authority")
        authority = (
            _builder(issuer, issuer, authority_key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        server = (
            _builder(_name("wagate sandbox"), issuer, server_key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in _NAMES]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(_signed_with(authority_key), critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        key = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return cls(authority.public_bytes(pem), server.public_bytes(pem), key)

    def suits_clients(self) -> bool:
        """Tell whether clients of today connect: an older certificate may not name every host, or not its authority."""
        extensions = x509.load_pem_x509_certificate(self.server).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        signed = any(isinstance(extension.value, x509.AuthorityKeyIdentifier) for extension in extensions)
        return signed and set(_NAMES) <= set(names.get_values_for_type(x509.DNSName))

    def context(self, folder: Path) -> ssl.SSLContext:
        """Return the server's TLS context. `folder` holds its key for the moment that loading takes."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.set_alpn_protocols(["http/1.1"])
        chain = folder / "server.pem"
        chain.touch(mode=0o600)
        try:
            chain.write_bytes(self.server_key + self.server)
            context.load_cert_chain(chain)
        finally:
            chain.unlink()
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + _VALIDITY)
    )


def _signed_with(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    """What Python asks for since 3.13 (VERIFY_X509_STRICT)."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
