"""What looks for leaks finds them."""

from __future__ import annotations

from tests.leaks import leaked, remember, secrets


def test_a_log_with_a_secret_is_found() -> None:
    """A key and a code by their form, a text and a passphrase since they were sent; what is short may be there."""
    key, code = "wa_" + "a" * 43, "2@" + "b" * 80
    signed = "AWS4-HMAC-SHA256 Credential=AKIA/20261130/eu-central-1/s3/aws4_request, Signature=abc"
    text, short = "a text that this test alone sends", "hello"
    before = {begin: set(alike) for begin, alike in secrets.items()}
    try:
        remember({"message": text, "number": "628123456789", "text": short})
        for secret in (key, code, text):
            assert leaked(f"something failed: {secret}!") == secret
        assert leaked(f"asked with {signed}\n") == signed
        assert leaked(f"wa_short 2@short {short} 628123456789") is None
    finally:
        secrets.clear()
        secrets.update(before)


def test_words_of_the_code_are_no_leak() -> None:
    """A fuzzer that takes them for a text does not make them one."""
    words = "Session deleted successfully"
    remember({"message": words})
    assert leaked(words) is None
