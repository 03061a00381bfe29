"""Identities and their signatures, sinks' bundles, and what a phone signs for a companion."""

import hashlib
import hmac

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from sandbox.pairing.device_identity import Companion, signed_identity
from sandbox.pairing.link_code import CodeError, PrimaryExchange, unwrap, wrap
from sandbox.state.accounts import Account
from sandbox.state.sinks import Sink
from sandbox.wire.protobufs import adv
from sandbox.wire.xeddsa import IdentityKey

SEEDS = st.binary(min_size=32, max_size=32)


@given(seed=SEEDS, message=st.binary(max_size=100))
def test_signatures_verify_by_the_public_specification(verify, seed, message):
    """Any key's signature of anything is valid under its Curve25519 key, and of nothing else."""
    key = IdentityKey(seed)
    verify(key.public, message, key.sign(message))
    with pytest.raises(InvalidSignature):
        verify(key.public, message + b"!", key.sign(message))


@given(SEEDS)
def test_the_same_key_exchanges_secrets(seed):
    """The public key belongs to the private key that secrets are exchanged with."""
    key, other = IdentityKey(seed), X25519PrivateKey.generate()
    assert key.exchange(other.public_key().public_bytes_raw()) == other.exchange(
        X25519PublicKey.from_public_bytes(key.public)
    )


def test_a_sink_gives_signed_and_ever_new_keys(verify):
    """A sink's signed pre-key verifies under its identity; one-time keys and their ids never repeat."""
    sink = Sink(b"s" * 32)
    bundles = [sink.bundle() for _ in range(50)]
    first = bundles[0]
    verify(first.identity, b"\x05" + first.signed.public, first.signed.signature)
    assert len({bundle.one_time.public for bundle in bundles}) == 50
    assert len({bundle.one_time.id for bundle in bundles}) == 50
    assert {(bundle.identity, bundle.signed, bundle.registration) for bundle in bundles} == {
        (first.identity, first.signed, first.registration)
    }


def test_a_phone_signs_for_a_companion(verify):
    """A companion can check that the phone knows its secret and signed its identity key."""
    account = Account("491700000001", "900000000000001", b"p" * 32, 77)
    companion = Companion(b"n" * 32, b"i" * 32, b"a" * 32)

    outer = adv.ADVSignedDeviceIdentityHMAC.FromString(signed_identity(account, companion, 5))
    inner = adv.ADVSignedDeviceIdentity.FromString(outer.details)

    assert hmac.digest(companion.adv_secret, outer.details, hashlib.sha256) == outer.HMAC
    verify(inner.accountSignatureKey, b"\x06\0" + inner.details + companion.identity, inner.accountSignature)
    assert adv.ADVDeviceIdentity.FromString(inner.details).keyIndex == 5


@pytest.mark.parametrize("tampering", ["hmac", "signature"])
def test_a_tampered_identity_fails_its_check(verify, tampering):
    """Each kind of tampering breaks the check it is named after, and only that."""
    account = Account("491700000001", "900000000000001", b"p" * 32, 77)
    companion = Companion(b"n" * 32, b"i" * 32, b"a" * 32)
    outer = adv.ADVSignedDeviceIdentityHMAC.FromString(signed_identity(account, companion, 5, tampering))
    inner = adv.ADVSignedDeviceIdentity.FromString(outer.details)
    mac_fits = hmac.digest(companion.adv_secret, outer.details, hashlib.sha256) == outer.HMAC
    signed = (inner.accountSignatureKey, b"\x06\0" + inner.details + companion.identity, inner.accountSignature)
    assert mac_fits == (tampering != "hmac")
    if tampering == "signature":
        with pytest.raises(InvalidSignature):
            verify(*signed)
    else:
        verify(*signed)


def test_wrapped_keys_need_the_code():
    """A key wrapped under a code comes back under the same code only."""
    wrapped = wrap("ABCD2345", b"k" * 32)
    assert unwrap("ABCD2345", wrapped) == b"k" * 32
    assert unwrap("ABCD2346", wrapped) != b"k" * 32
    with pytest.raises(CodeError):
        unwrap("ABCD2345", wrapped[:-1])


def _companion_bundle(exchange, ephemeral, identity, phone_public):
    random = b"r" * 32
    primary = unwrap("ABCD2345", exchange.wrapped_key)
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(primary))
    key = HKDF(SHA256(), 32, b"s" * 32, b"link_code_pairing_key_bundle_encryption_key").derive(shared)
    plain = identity.public_key().public_bytes_raw() + phone_public + random
    bundle = b"s" * 32 + b"n" * 12 + AESGCM(key).encrypt(b"n" * 12, plain, None)
    secret = shared + identity.exchange(X25519PublicKey.from_public_bytes(phone_public)) + random
    return bundle, HKDF(SHA256(), 32, None, b"adv_secret").derive(secret)


@pytest.mark.parametrize(("typed", "error"), [("ABCD2345", None), ("ABCD9999", "the code is wrong")])
def test_the_exchange_by_code(typed, error):
    """With the right code both sides get the same secret; with another the phone notices."""
    ephemeral, identity, phone = X25519PrivateKey.generate(), X25519PrivateKey.generate(), IdentityKey()
    shown = wrap("ABCD2345", ephemeral.public_key().public_bytes_raw())
    exchange = PrimaryExchange(typed, shown)
    bundle, secret = _companion_bundle(exchange, ephemeral, identity, phone.public)
    if error:
        with pytest.raises(CodeError, match=error):
            exchange.finish(bundle, phone)
    else:
        assert exchange.finish(bundle, phone) == (identity.public_key().public_bytes_raw(), secret)


def test_a_companion_that_answers_another_phone_is_refused():
    """The bundle names the phone it is for."""
    ephemeral, identity = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    exchange = PrimaryExchange("ABCD2345", wrap("ABCD2345", ephemeral.public_key().public_bytes_raw()))
    bundle, _ = _companion_bundle(exchange, ephemeral, identity, IdentityKey().public)
    with pytest.raises(CodeError, match="another phone"):
        exchange.finish(bundle, IdentityKey())
