"""A certificate authority for a test, and certificates it signs, as PEM files."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PEM: Final = serialization.Encoding.PEM
# What Python 3.13 asks of one whose certificates it takes (VERIFY_X509_STRICT).
_SIGNS_CERTIFICATES: Final = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
)  # fmt: skip
_YEAR: Final = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs. Two of them have the same name and nothing else in common."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls) -> "Authority":
        """A new one."""
        key = ec.generate_private_key(ec.SECP256R1())
        unsigned = (
            _builder("test authority", key.public_key(), _YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS_CERTIFICATES, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        return cls(key, unsigned.sign(key, hashes.SHA256()))

    @property
    def pem(self) -> str:
        """Its certificate: what clients are told to trust."""
        return self.certificate.public_bytes(_PEM).decode()

    def nats_configuration(
        self, folder: Path, *names: str, ends_in: dt.timedelta = _YEAR, handshake_first: bool = False
    ) -> str:
        """The lines of nats-server's configuration for TLS with a new certificate, whose files are in `folder`.

        Args:
            folder: where certificate and key are written.
            names: the DNS names or addresses that it is for.
            ends_in: how long it is valid; negative: it is over.
            handshake_first: the server says nothing before TLS.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        unsigned = (
            _builder("test server", key.public_key(), ends_in)
            .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
            .add_extension(by, critical=False)
        )
        certificate, private = folder / "server.pem", folder / "server.key"
        certificate.write_bytes(unsigned.sign(self.key, hashes.SHA256()).public_bytes(_PEM))
        private.write_bytes(key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        first = ", handshake_first: true" if handshake_first else ""
        return f'tls {{ cert_file: "{certificate}", key_file: "{private}"{first} }}\n'


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(subject: str, key: ec.EllipticCurvePublicKey, ends_in: dt.timedelta) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("test authority"))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _YEAR)
        .not_valid_after(now + ends_in)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
