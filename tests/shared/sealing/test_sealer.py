"""Secrets at rest: encrypted, authenticated, each about one thing, and by keys that may be changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import SecretsKeyMissing, SecretUnreadable
from shared.sealing.sealer import Sealer, key_ids_in
from shared.settings import StoreSettings

KEY, OTHER = "a-key-of-the-tests-0123456789abcdef", "another-key-of-the-tests-0123456789abcdef"
PLAIN = "p@ss wörd".encode()


def test_what_was_sealed_is_opened() -> None:
    """Not readable, another text each time, and of characters that stand in JSON, headers and URLs as they are."""
    sealer = Sealer(KEY, None)
    sealed = sealer.seal(PLAIN, "proxy of ses_1")
    assert sealer.open(sealed, "proxy of ses_1") == PLAIN
    assert sealer.seal(PLAIN, "proxy of ses_1") != sealed
    assert sealed.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert KEY not in repr(vars(sealer)["_keys"])


@pytest.mark.parametrize("position", range(0, 80, 7))
def test_what_was_changed_is_refused(position: int) -> None:
    """Wherever: the form, the key's name, the nonce, the content, the tag."""
    sealer = Sealer(KEY, None)
    sealed = sealer.seal(PLAIN, "proxy of ses_1")
    position %= len(sealed)
    changed = "A" if sealed[position] != "A" else "B"
    with pytest.raises(SecretUnreadable):
        sealer.open(sealed[:position] + changed + sealed[position + 1 :], "proxy of ses_1")


def test_what_is_about_another_tenant_is_refused() -> None:
    """A sealed text that came into another's row says nothing there; cut short it says nothing anywhere."""
    sealer = Sealer(KEY, None)
    sealed = sealer.seal(PLAIN, "proxy of ses_1")
    for text, about in ((sealed, "proxy of ses_2"), (sealed[:-8], "proxy of ses_1"), ("", "proxy of ses_1")):
        with pytest.raises(SecretUnreadable):
            sealer.open(text, about)


def test_keys_are_changed_by_setting_a_second_one() -> None:
    """The first seals, all open; without the old one what it sealed stays shut, and the log names which is missing."""
    old = Sealer(KEY, None).seal(PLAIN, "x")
    both = Sealer(f"{OTHER}, {KEY}", None)
    new = both.seal(PLAIN, "x")
    assert (both.open(old, "x"), Sealer(OTHER, None).open(new, "x")) == (PLAIN, PLAIN)
    (missing,) = key_ids_in(old)
    with pytest.raises(SecretUnreadable, match=missing) as refused:
        Sealer(OTHER, None).open(old, "x")
    assert missing not in refused.value.message


def test_what_the_file_sealed_opens_beside_a_setting(tmp_path: Path) -> None:
    """A key is set later: nothing that was kept is lost, and the file is not made where a key is set at first."""
    file = tmp_path / "secrets.key"
    sealed = Sealer(None, file).seal(PLAIN, "x")
    assert Sealer(KEY, file).open(sealed, "x") == PLAIN
    assert Sealer(KEY, tmp_path / "none").seal(PLAIN, "x")
    assert not (tmp_path / "none").exists()


def test_without_a_key_nothing_is_kept() -> None:
    """At AWS, where no file is every machine's: said by the setting's name, and nothing else is refused."""
    sealer = StoreSettings(store="dynamodb", secrets_key=None).sealer()
    with pytest.raises(SecretsKeyMissing, match="WAGATE_SECRETS_KEY"):
        sealer.seal(PLAIN, "x")
    with pytest.raises(SecretsKeyMissing):
        sealer.open(Sealer(KEY, None).seal(PLAIN, "x"), "x")


def test_a_file_that_holds_no_key_is_not_replaced(tmp_path: Path) -> None:
    """It is named for who runs the gateway, with none of its text; back again it works without a new start."""
    file = tmp_path / "secrets.key"
    sealer = Sealer(None, file)
    file.write_text("cut short")
    with pytest.raises(SecretsKeyMissing) as refused:
        sealer.seal(PLAIN, "x")
    assert "cut short" not in str(refused.value)
    assert file.read_text() == "cut short"
    file.write_text(KEY)
    assert Sealer(KEY, None).open(sealer.seal(PLAIN, "x"), "x") == PLAIN


def test_nothing_is_loaded_before_it_is_used(tmp_path: Path) -> None:
    """An API that keeps no secrets has neither the library in its memory nor a file in its folder."""
    program = (
        "import sys; from pathlib import Path; from shared.sealing.sealer import Sealer; from shared.errors import *\n"
        f"sealer = Sealer(None, Path({str(tmp_path / 'secrets.key')!r}))\n"
        "print('cryptography' in sys.modules); sealer.seal(b'x', 'x'); print('cryptography' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
