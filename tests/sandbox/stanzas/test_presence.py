"""Who is told that somebody is there: WhatsApp's rules, with connections that keep what is sent to them."""

from types import SimpleNamespace

import pytest

from sandbox.app import build_network
from sandbox.settings import Settings
from sandbox.stanzas import presence
from sandbox.state.accounts import Device
from sandbox.state.prekeys import PreKey
from sandbox.state.storage import Store
from sandbox.wire.nodes import Node


class Somebody:
    """A number with a device that is connected, as stanzas see it."""

    def __init__(self, network, number):
        self.network, self.account = network, network.directory.add(number)
        signed = PreKey(b"\0\0\1", b"p" * 32, b"s" * 64)
        self.device = Device(number, network.directory.reserve_device(self.account), b"n", b"i", b"r", signed)
        network.directory.link(self.account, self.device)
        self.address = (number, self.device.id)
        self.sent = []
        network.delivery.activate(self)

    def post(self, node):
        self.sent.append(node)

    def says(self, kind, to=None):
        attrs = {"type": kind, **({"to": to.account.lid_jid()} if to else {})}
        presence.presence(
            self.network, SimpleNamespace(address=self.address, account=self.account), Node("presence", attrs)
        )

    def types_to(self, other):
        connection = SimpleNamespace(address=self.address, account=self.account)
        stanza = Node("chatstate", {"to": other.account.lid_jid()}, [Node("composing")])
        presence.chatstate(self.network, connection, stanza)

    def told(self):
        """What came of others' presence since it was last looked at."""
        found = [
            (node.attrs.get("type", "available"), node.attrs.get("last"))
            for node in self.sent
            if node.tag == "presence"
        ]
        typing = [node.tag for node in self.sent if node.tag == "chatstate"]
        self.sent.clear()
        return found + typing


@pytest.fixture
def people(tmp_path):
    network = build_network(Settings(), Store(), tmp_path)
    return network, Somebody(network, "491700000001"), Somebody(network, "491700000002")


def test_only_who_is_available_is_told(people):
    """Nothing of others, nor of typing, before; then how they stand, with when they were last there."""
    network, anna, ben = people
    ben.says("subscribe", anna)
    anna.types_to(ben)
    anna.says("available")
    assert ben.told() == []
    ben.says("available")
    ben.says("subscribe", anna)
    anna.types_to(ben)
    anna.says("unavailable")
    assert ben.told() == [("available", None), ("unavailable", str(network.last_seen["491700000001"])), "chatstate"]


@pytest.mark.parametrize(
    ("hides", "told"),
    [
        ({"last": "none"}, [("available", None), ("unavailable", "deny")]),
        ({"last": "none", "online": "match_last_seen"}, [("unavailable", "deny"), ("unavailable", "deny")]),
    ],
)
def test_who_hides_is_not_seen_and_sees_less(people, hides, told):
    """`deny` instead of a time; being there is hidden with `match_last_seen`; and one is not told it of others."""
    network, anna, ben = people
    network.people.set_privacy("491700000001", hides)
    for somebody in (anna, ben):
        somebody.says("available")
    ben.says("subscribe", anna)
    anna.says("unavailable")
    assert ben.told() == told
    anna.says("available")
    anna.says("subscribe", ben)
    ben.says("unavailable")
    assert anna.told()[-1] == ("unavailable", "deny")


def test_whom_one_blocks_sees_and_types_nothing(people):
    """Neither that one is there nor when one was, and their typing is not shown."""
    network, anna, ben = people
    network.people.block("491700000001", "491700000002")
    for somebody in (anna, ben):
        somebody.says("available")
    ben.says("subscribe", anna)
    ben.types_to(anna)
    assert (ben.told(), anna.told()) == ([("unavailable", "deny")], [])


def test_whom_a_device_follows_is_forgotten_with_its_connection(people):
    """It has to ask again."""
    network, anna, ben = people
    ben.says("available")
    ben.says("subscribe", anna)
    presence.left(network, SimpleNamespace(address=ben.address, account=ben.account))
    ben.says("available")
    ben.told()
    anna.says("available")
    assert ben.told() == []
