"""The server's state: accounts, queues, faults, journal, framing, and what survives a restart."""

import sqlite3
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.app import build_network
from sandbox.observed.faults import Fault, Faults, Target
from sandbox.observed.journal import Frame, Log
from sandbox.settings import Settings
from sandbox.stanzas import encrypt, presence
from sandbox.state.accounts import Device, NumberError, parse_number
from sandbox.state.prekeys import PreKey
from sandbox.state.seen import Seen
from sandbox.state.storage import Store
from sandbox.wire.framing import FrameReader, frame
from sandbox.wire.nodes import Jid, Node, encode


class Line:
    """A connection that keeps what is sent to it."""

    def __init__(self, number, device):
        self.address = (number, device)
        self.sent = []

    def post(self, node):
        self.sent.append(node)

    def messages(self):
        return [(node.attrs["id"], node.attrs.get("offline")) for node in self.sent if node.tag == "message"]


def message(id_):
    return Node("message", {"id": id_, "from": Jid("9", "lid")}, [Node("enc", {}, b"c" * 40)])


@pytest.fixture
def network(tmp_path):
    return build_network(Settings(), Store(), tmp_path)


def linked(network, number="491700000001", keys=0):
    account = network.directory.find(number) or network.directory.add(number)
    device_id = network.directory.reserve_device(account)
    signed = PreKey(b"\0\0\1", b"p" * 32, b"s" * 64)
    device = Device(number, device_id, b"n" * 32, b"i" * 32, b"regi", signed)
    network.directory.link(account, device)
    if keys:
        network.directory.upload(device, [PreKey(n.to_bytes(3, "big"), b"k" * 32) for n in range(keys)])
    return account, device


@pytest.mark.parametrize("text", ["491700000001", "+49 170 000-0001", " 491700000001 "])
def test_numbers_may_be_written_as_people_do(text):
    """A plus, spaces and dashes don't matter."""
    assert parse_number(text) == "491700000001"


@pytest.mark.parametrize("text", ["", "0491700000", "123456", "1" * 16, "49170x", "٤٩١٧٠٠٠٠٠"])
def test_what_is_no_number_is_refused(text):
    """Seven to fifteen ASCII digits, no leading zero."""
    with pytest.raises(NumberError):
        parse_number(text)


def test_a_queue_keeps_what_is_not_acknowledged(network):
    """Unacknowledged messages come again, in order, marked offline; acknowledged ones don't."""
    account, device = linked(network)
    to, delivery = (account.number, device.id), network.delivery
    delivery.send(to, message("a"))
    first = Line(*to)
    delivery.activate(first)
    delivery.send(to, message("b"))
    delivery.send(to, message("c"))
    delivery.acknowledge(to, ("message", "b", "9"))
    delivery.deactivate(first)
    delivery.send(to, message("d"))
    second = Line(*to)
    delivery.activate(second)

    assert first.messages() == [("a", "1"), ("b", None), ("c", None)]
    assert second.messages() == [("a", "1"), ("c", "1"), ("d", "1")]
    assert delivery.waiting(to) == 3
    assert [node.tag for node in (second.sent[0], second.sent[-1])] == ["ib", "ib"]


def test_an_acknowledgement_needs_a_delivery(network):
    """What was not on the wire cannot be acknowledged: another's receipt for the same id drops nothing."""
    account, device = linked(network)
    to = (account.number, device.id)
    network.delivery.send(to, message("a"))
    network.delivery.acknowledge(to, ("message", "a", "9"))
    assert network.delivery.waiting(to) == 1


def test_one_acknowledgement_drops_one_delivery(network):
    """A message and its resend carry the same id; each is acknowledged on its own, the older first."""
    account, device = linked(network)
    to = (account.number, device.id)
    network.delivery.activate(Line(*to))
    network.delivery.send(to, message("a"))
    network.delivery.send(to, message("a"))
    network.delivery.acknowledge(to, ("message", "a", "9"))
    assert network.delivery.waiting(to) == 1


def test_an_old_connection_does_not_end_its_successor(network):
    """A replaced connection that ends late leaves the new one's deliveries alone."""
    account, device = linked(network)
    to = (account.number, device.id)
    old, new = Line(*to), Line(*to)
    network.delivery.activate(old)
    network.delivery.deactivate(old)
    network.delivery.activate(new)
    network.delivery.deactivate(old)
    network.delivery.send(to, message("a"))
    assert new.messages() == [("a", None)]


def test_corruption_spoils_one_copy_only(network):
    """What is on the wire is changed, what is kept is whole."""
    account, device = linked(network)
    to = (account.number, device.id)
    network.faults.add(Fault("corrupt", remaining=1))
    line = Line(*to)
    network.delivery.activate(line)
    network.delivery.send(to, message("a"))
    network.delivery.deactivate(line)
    network.delivery.activate(line)
    spoilt, whole = (node for node in line.sent if node.tag == "message")
    assert whole.need("enc").content == b"c" * 40
    content = spoilt.need("enc").content
    assert len(content) == 40
    assert sum((one ^ ord("c")).bit_count() for one in content) == 1


def test_who_follows_a_number_learns_that_it_comes_and_goes(network):
    """Followers are told at once how it stands, then of each change; the end of the last connection is one."""
    (anna, annas), (ben, bens) = linked(network), linked(network, "491700000002")
    line = Line(ben.number, bens.id)
    network.delivery.activate(line)
    network.available.add(line.address)
    of_ben = SimpleNamespace(address=line.address, account=ben)
    of_anna = SimpleNamespace(address=(anna.number, annas.id), account=anna)

    presence.presence(network, of_ben, Node("presence", {"type": "subscribe", "to": anna.lid_jid()}))
    presence.presence(network, of_anna, Node("presence", {"type": "available", "name": "Anna"}))
    presence.presence(network, of_anna, Node("presence", {"type": "unavailable"}))
    presence.presence(network, of_anna, Node("presence", {"type": "available"}))
    presence.left(network, of_anna)

    told = [node.attrs.get("type", "available") for node in line.sent if node.tag == "presence"]
    assert told == ["unavailable", "available", "unavailable", "available", "unavailable"]
    assert anna.name == "Anna"


def test_a_device_running_low_is_told(network):
    """At four one-time keys left, and at none, the device gets a notification with the number."""
    account, device = linked(network, keys=6)
    line = Line(account.number, device.id)
    network.delivery.activate(line)
    asking = Node("iq", {}, [Node("key", {}, [Node("user", {"jid": account.lid_jid(device.id)})])])
    answers = [encrypt.get(network, SimpleNamespace(), asking)[0].need("user") for _ in range(7)]

    counts = [node.need("count").text("value") for node in line.sent if node.tag == "notification"]
    assert counts[:2] == ["4", "0"]
    assert [answer.child("key") is not None for answer in answers] == [True] * 6 + [False]
    assert all(answer.child("skey") for answer in answers)


def test_the_count_is_true_once_keys_were_uploaded(network):
    """Before the first upload the setting is claimed; afterwards the number that is there, even none."""
    account, device = linked(network)
    asking = Node("iq", {}, [Node("count")])

    def answer():
        return encrypt.get(network, SimpleNamespace(device=device), asking)[0].text("value")

    assert answer() == "6"
    network.directory.upload(device, [PreKey(b"\0\0\1", b"k" * 32)])
    assert answer() == "1"
    network.directory.take_bundle(account, device.id)
    assert answer() == "0"


def test_everything_survives_in_the_store(tmp_path):
    """Keys, numbers, LIDs, devices, pre-keys, queues and seen frames are there when a store is opened again."""
    path = tmp_path / "sandbox.sqlite"
    store = Store(path)
    before = build_network(Settings(), store, tmp_path / "media")
    account, device = linked(before, keys=3)
    before.directory.take_bundle(account, device.id)
    before.directory.rename(account, "Anna")
    before.directory.add_alias("4917000000001", account)
    (sink,) = (before.directory.add("99900000001", sink=True, receipts=True),)
    to = (account.number, device.id)
    for id_ in ("a", "b"):
        before.delivery.send(to, message(id_))
    line = Line(*to)
    before.delivery.activate(line)
    before.delivery.acknowledge(to, ("message", "a", "9"))
    before.seen.add("key")
    store.close()

    after = build_network(Settings(), Store(path), tmp_path / "media")

    kept = after.directory.resolve(account.lid_jid(7))
    assert (kept.number, kept.name, kept.seed, kept.next_device) == (account.number, "Anna", account.seed, 2)
    assert kept.devices[device.id] == device
    assert after.directory.find_as_written("4917000000001") is kept
    assert after.directory.find("4917000000001") is None
    assert after.directory.find(sink.number).sink.bundle().identity == sink.sink.bundle().identity
    assert after.trust.root.public == before.trust.root.public
    assert after.trust.static.public == before.trust.static.public
    assert "key" in after.seen
    again = Line(*to)
    after.delivery.activate(again)
    assert again.messages() == [("b", "1")]
    after.delivery.send(to, message("c"))
    assert again.messages()[-1] == ("c", None)
    assert next(iter(after.journal.deliveries.by_id("b"))).to == account.number


def test_unlinking_leaves_nothing(tmp_path):
    """A device that is unlinked is gone from memory and from the store, with its keys and its queue."""
    path = tmp_path / "sandbox.sqlite"
    store = Store(path)
    network = build_network(Settings(), store, tmp_path / "media")
    account, device = linked(network, keys=2)
    network.delivery.send((account.number, device.id), message("a"))
    network.directory.unlink(account, device.id)
    network.delivery.forget((account.number, device.id))
    store.close()
    with sqlite3.connect(path) as connection:
        for table in ("devices", "pre_keys", "outbox"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608 - three constants
    assert network.directory.reserve_device(account) == device.id + 1


def test_a_store_that_cannot_write_says_so(tmp_path):
    """A failed statement is raised to whoever writes next, or closes; nothing is dropped silently."""
    store = Store(tmp_path / "sandbox.sqlite")
    store.write("INSERT INTO no_such_table VALUES (1)")
    with pytest.raises(sqlite3.Error, match="no_such_table"):
        store.close()


def test_seen_frames_without_a_store():
    """Memory only, nothing is read or written."""
    seen = Seen(Store())
    assert "key" not in seen
    seen.add("key")
    assert "key" in seen


def test_the_oldest_seen_frames_are_forgotten(tmp_path):
    """Memory and store hold as many as the capacity says, the newest."""
    store = Store(tmp_path / "sandbox.sqlite")
    seen = Seen(store, capacity=2)
    for key in ("a", "b", "c"):
        seen.add(key)
    store.close()
    assert [key in seen for key in "abc"] == [False, True, True]
    assert [key in Seen(Store(tmp_path / "sandbox.sqlite")) for key in "abc"] == [False, True, True]


def test_faults_strike_whom_they_are_for_and_as_often_as_set():
    """Targets narrow from everyone to a device; a count runs out; without one a fault stays until cleared."""
    faults = Faults()
    faults.add(Fault("slow", Target("1", 2), remaining=2))
    lasting = faults.add(Fault("ban", Target("1")))

    assert faults.strike("slow", "1", 1) is None
    assert faults.strike("slow", "2", 2) is None
    assert [faults.strike("slow", "1", 2) is not None for _ in range(3)] == [True, True, False]
    assert all(faults.strike("ban", "1", device) is lasting for device in range(5))
    assert lasting.struck == 5
    assert [fault.kind for fault in faults.all()] == ["ban"]
    assert faults.remove(lasting.id)
    assert not faults.remove(lasting.id)
    assert faults.strike("ban", "1", 1) is None


def test_clearing_faults():
    """All at once, and how many there were."""
    faults = Faults()
    for kind in ("slow", "ban"):
        faults.add(Fault(kind))
    assert faults.clear() == 2
    assert faults.all() == []
    assert faults.clear() == 0


def test_a_log_forgets_the_oldest():
    """Beyond its capacity the oldest entries go, from the index too; sequences go on."""
    log = Log(capacity=10, slack=5)
    for index in range(1, 41):
        log.add(
            Frame(log.next_sequence, f"id{index % 20}", "1", 1, "2", float(index), 0.0, duplicate=False, retry=False)
        )
    entries = list(log.after(0))
    assert 10 <= len(entries) <= 15
    assert entries[-1].sequence == 40
    assert [entry.sequence for entry in log.after(38)] == [39, 40]
    assert [entry.sequence for entry in log.by_id("id0")] == [40]
    assert log.by_id("id5") == []


@given(st.lists(st.binary(max_size=300), max_size=10), st.integers(1, 50))
def test_frames_don_t_depend_on_how_the_stream_is_cut(payloads, size):
    """Cut anywhere, even within the first four bytes or a length, the stream gives the same frames."""
    stream = b"WA\x06\x03" + b"".join(map(frame, payloads))
    reader = FrameReader()
    found = [part for start in range(0, len(stream), size) for part in reader.feed(stream[start : start + size])]
    assert found == payloads
    assert reader.prologue == b"WA\x06\x03"


def test_stanzas_for_the_store_are_encoded_whole():
    """A queued stanza is kept in its wire form."""
    assert encode(message("a")).endswith(b"c" * 40)
