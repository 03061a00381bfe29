"""What the owner of a phone writes: to one person, to a group, or as a status post.

Others' linked devices get it, and the phone's own, which see that it is theirs. Phones of others do not: they are in
nobody's list of devices here.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from sandbox.connections.network import Network
from sandbox.groups.errors import GroupError
from sandbox.groups.group import Group
from sandbox.phones import device_zero
from sandbox.phones.sayings import Saying
from sandbox.signal import sender_key
from sandbox.signal.written import Letter
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import STATUS
from sandbox.wire.protobufs import e2e


def to_person(network: Network, phone: Account, other: Account, said: Saying) -> str:
    """Write to somebody, who does not get it when they block the phone; return the message's id."""
    attrs = _attributes(phone, said) | {"from": phone.lid_jid()}
    network.people.meet(phone.number, other.number)
    if other is not phone and not network.people.blocks(other.number, phone.number):
        letter = Letter(attrs | {"sender_pn": phone.pn_jid()}, [], said.message.SerializeToString())
        for device in other.devices:
            device_zero.send(network, phone, other, device, letter)
        if other.sink:
            other.sink.arrived()
    copy = e2e.Message(
        deviceSentMessage=e2e.DeviceSentMessage(destinationJID=str(other.lid_jid()), message=said.message)
    )
    about: dict[str, str | Jid] = {"recipient": other.lid_jid(), "peer_recipient_pn": other.pn_jid()}
    for device in phone.devices:
        device_zero.send(network, phone, phone, device, Letter(attrs | about, [], copy.SerializeToString()))
    return str(attrs["id"])


def to_group(network: Network, phone: Account, group: Group, said: Saying) -> str:
    """Write to a group; return the message's id.

    Raises:
        GroupError: One is no member (403), only admins write (420), or nobody does (405).
    """
    if code := group.refuses(phone.number):
        raise GroupError(code, "not-allowed")
    attrs = _attributes(phone, said)
    _to_many(
        network, phone, group.jid, [(each, attrs | _author(phone)) for each in network.groups.accounts(group)], said
    )
    return str(attrs["id"])


def to_everybody(network: Network, phone: Account, said: Saying) -> str:
    """Post as one's status, for those whom the owner lets see it, nobody blocked among them; return its id."""
    attrs = _attributes(phone, said)
    found = [network.directory.find(number) for number in network.people.audience_of(phone.number)]
    others = [each for each in found if each is not None and not network.people.apart(each.number, phone.number)]
    own = attrs | {"addressing_mode": "pn", "participant": phone.pn_jid(), "participant_lid": phone.lid_jid()}
    for other in others:
        network.people.meet(phone.number, other.number)
    _to_many(network, phone, STATUS, [*((each, attrs | _author(phone)) for each in others), (phone, own)], said)
    return str(attrs["id"])


def _to_many(
    network: Network, phone: Account, chat: Jid, people: Iterable[tuple[Account, dict[str, str | Jid]]], said: Saying
) -> None:
    key, ciphertext = sender_key.sealed(device_zero.padded(said.message.SerializeToString()))
    handed = e2e.SenderKeyDistributionMessage(groupID=str(chat), axolotlSenderKeyDistributionMessage=key)
    own_part = e2e.Message(senderKeyDistributionMessage=handed).SerializeToString()
    shared = Node("enc", {"v": "2", "type": "skmsg"}, ciphertext)
    again = e2e.Message(senderKeyDistributionMessage=handed)
    again.MergeFrom(said.message)
    for account, attrs in people:
        if account.sink:
            account.sink.arrived()
        letter = Letter({**attrs, "from": chat}, [], again.SerializeToString())
        for device in account.devices:
            device_zero.send(network, phone, account, device, letter, first=(own_part, shared))


def _attributes(phone: Account, said: Saying) -> dict[str, str | Jid]:
    attrs: dict[str, str | Jid] = {
        "id": device_zero.message_id(),
        "t": str(int(time.time())),
        "type": said.type,
        "notify": phone.name or phone.number,
        "addressing_mode": "lid",
    }
    return attrs | ({"edit": said.edit} if said.edit else {})


def _author(phone: Account) -> dict[str, str | Jid]:
    return {"participant": phone.lid_jid(), "participant_pn": phone.pn_jid()}
