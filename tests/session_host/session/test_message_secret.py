from pathlib import Path

from session_host.session.message_secret import MessageSecrets


def test_a_message_has_the_same_secret_after_a_restart(tmp_path: Path) -> None:
    """Else the library's log of secrets would say nothing after a crash."""
    path = tmp_path / "auth" / "key"
    first = MessageSecrets.load(path).of("msg_1")
    assert MessageSecrets.load(path).of("msg_1") == first
    assert len(first) == 32
    assert path.stat().st_mode & 0o777 == 0o600


def test_secrets_differ_by_message_and_session(tmp_path: Path) -> None:
    """Nobody derives one from another."""
    one, other = MessageSecrets.load(tmp_path / "one"), MessageSecrets.load(tmp_path / "other")
    assert len({one.of("msg_1"), one.of("msg_2"), other.of("msg_1")}) == 3
