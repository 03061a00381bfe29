import stat
import threading
from pathlib import Path

from session_host.history.spool import Spool
from session_host.whatsapp.past.piece import PieceAnnounced, PieceCame

CAME = PieceCame(at=1, number="62800", lid=None)


def test_pieces_keep_their_order_and_are_their_owners_alone(tmp_path: Path) -> None:
    """As they came, whatever process reads them; nobody else on the machine may read them."""
    spool = Spool(tmp_path / "history")
    assert spool.sessions() == []
    for content in (b"first", b"second"):
        spool.keep("ses_1", CAME, content)
    pieces = Spool(tmp_path / "history").pieces("ses_1")
    assert [piece.path.read_bytes().split(b"\n", 1)[1] for piece in pieces] == [b"first", b"second"]
    assert {stat.S_IMODE(piece.path.stat().st_mode) for piece in pieces} == {0o600}
    assert stat.S_IMODE(pieces[0].path.parent.stat().st_mode) == 0o700
    assert spool.waits()


def test_who_keeps_a_piece_waits_for_the_disk(tmp_path: Path) -> None:
    """What cannot be written yet is written later: the library's thread waits, and nothing is lost."""
    blocked = tmp_path / "history"
    blocked.write_bytes(b"")
    spool = Spool(blocked)
    keeping = threading.Thread(target=spool.keep, args=("ses_1", CAME, b"content"))
    keeping.start()
    blocked.unlink()
    keeping.join(10)
    assert not keeping.is_alive()
    assert len(spool.pieces("ses_1")) == 1


def test_who_waits_is_let_go(tmp_path: Path) -> None:
    """When the shard gives up, the thread of a client ends."""
    blocked = tmp_path / "history"
    blocked.write_bytes(b"")
    spool = Spool(blocked)
    keeping = threading.Thread(target=spool.keep, args=("ses_1", CAME, b"content"))
    keeping.start()
    spool.give_up()
    keeping.join(10)
    assert not keeping.is_alive()


def test_what_is_announced_is_known_until_it_came(tmp_path: Path) -> None:
    """By its name; nothing of a session is left once it is forgotten."""
    spool = Spool(tmp_path)
    spool.announce("ses_1", PieceAnnounced(at=1, name="RECENT-1"))
    spool.announce("ses_1", PieceAnnounced(at=1, name="FULL-1"))
    spool.came("ses_1", "RECENT-1")
    spool.came("ses_1", "RECENT-1")
    assert set(spool.announced("ses_1")) == {"FULL-1"}
    spool.note("ses_1", b"{}")
    assert spool.state("ses_1") == b"{}"
    spool.forget("ses_1")
    assert (spool.sessions(), spool.state("ses_1"), spool.announced("ses_1")) == ([], None, {})
