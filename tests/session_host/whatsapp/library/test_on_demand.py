"""Classes of protobufs are made when they are asked for."""

import subprocess
import sys


def test_a_class_is_made_once_and_stays() -> None:
    """Whichever comes first, a message with it or who asks its module: the collector of garbage takes none away."""
    _run("""
import gc, weakref
from session_host.whatsapp.library.binding import e2e
assert "Message" not in vars(e2e)
said = e2e.Message.FromString(b"")
assert "ExtendedTextMessage" not in vars(e2e)
made = weakref.ref(type(said.extendedTextMessage))
del said
gc.collect()
assert e2e.ExtendedTextMessage is made() is not None
assert e2e.ExtendedTextMessage(text="hello").SerializeToString()
""")


def test_a_module_has_all_that_protoc_gives_it() -> None:
    """Enums with their values, nested messages; what it has not is no attribute of it."""
    _run("""
from session_host.whatsapp.library.binding import protobufs, e2e, web
for message in protobufs.DESCRIPTOR.message_types_by_name:
    assert getattr(protobufs, message).DESCRIPTOR.name == message
for name, enum in e2e.DESCRIPTOR.enum_types_by_name.items():
    assert getattr(e2e, name).keys() == list(enum.values_by_name)
    for value in enum.values:
        assert getattr(e2e, value.name) == value.number
assert e2e.ProtocolMessage.Type.Name(e2e.ProtocolMessage.REVOKE) == "REVOKE"
assert e2e.ProtocolMessage.Type.Value("MESSAGE_EDIT") == e2e.ProtocolMessage.MESSAGE_EDIT
assert web.WebMessageInfo(key={"ID": "1"}).key.ID == "1"
assert not hasattr(e2e, "Nothing")
""")


def _run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
