"""What looks for leaks finds them."""

from __future__ import annotations

from tests.leaks import leaked, remember, secrets


def test_a_log_with_a_secret_is_found() -> None:
    """A key and a code by their form, a text and a passphrase since they were sent; what is short may be there."""
    key, code = "wa_" + "a" * 43, "2@" + "b" * 80
    text, short = "a text that this test alone sends", "hello"
    before = set(secrets)
    try:
        remember({"message": text, "number": "628123456789", "text": short})
        for secret in (key, code, text):
            assert leaked(f"something failed: {secret}!") == secret
        assert leaked(f"wa_short 2@short {short} 628123456789") is None
    finally:
        secrets.clear()
        secrets.update(before)


def test_words_of_the_code_are_no_leak() -> None:
    """A fuzzer that takes them for a text does not make them one."""
    before = set(secrets)
    remember({"message": "Session deleted successfully"})
    assert secrets == before
