"""The server's own secrets over a restart."""

from sandbox.secrets import secrets_kept, tls
from sandbox.state.storage import Store


def test_certificates_are_kept(tmp_path):
    """Clients that trusted the authority before still do."""
    first = Store(tmp_path / "sandbox.sqlite")
    made = secrets_kept.certificates(first)
    first.close()
    assert secrets_kept.certificates(Store(tmp_path / "sandbox.sqlite")) == made


def test_a_certificate_that_names_too_few_hosts_is_made_anew(tmp_path, monkeypatch):
    """One of a version that had no media servers would be refused by clients that ask those."""
    first = Store(tmp_path / "sandbox.sqlite")
    with monkeypatch.context() as earlier:
        earlier.setattr(tls, "_NAMES", ("*.whatsapp.com", "*.whatsapp.net"))
        old = secrets_kept.certificates(first)
    first.close()
    made = secrets_kept.certificates(Store(tmp_path / "sandbox.sqlite"))
    assert made != old
    assert made.suits_clients()
