"""What hosts and APIs of different versions say to each other over NATS."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from shared.blobs.keys import auth_manifest, auth_object
from shared.contracts import subjects
from shared.contracts.answers import decode, encode_problem, encode_reply
from shared.contracts.asking import encode_request
from shared.contracts.commands.command import Done
from shared.contracts.requests import COMMANDS as EVERY_COMMAND
from shared.contracts.requests import Request
from shared.errors import Disconnected
from shared.events.model import Publication
from shared.version import VERSION
from tests.compatibility.conftest import VERSIONS
from tests.compatibility.record import COMMANDS, PROBLEM, REPLIES


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def holds(whole: Any, part: Any) -> bool:
    """Whether everything that a part says is said by the whole, too."""
    if isinstance(part, dict):
        return all(name in whole and holds(whole[name], value) for name, value in part.items())
    return bool(whole == part)


def test_this_version_has_samples() -> None:
    """Made before its release, so that the next one is held to it: `python -m tests.compatibility.record VERSION`."""
    minor, _, _ = VERSION.rpartition(".")
    assert [name for name in VERSIONS if name.startswith(f"{minor}.")]


def test_requests_are_understood(samples: Path, news: dict[str, Any]) -> None:
    """Of every command; nothing that the API said is lost on the way to the host."""
    requests = lines(samples / "requests.jsonl")
    assert len(requests) >= 12
    for request in requests:
        command = request["command"] | news
        if command.get("idempotency"):
            command["idempotency"] = command["idempotency"] | news
        payload = orjson.dumps(request | news | {"command": command})
        assert holds(Request.model_validate_json(payload).model_dump(mode="json"), request)


def test_a_request_is_written_as_it_is_read() -> None:
    """Of every command: the API writes it in one go, and a host's model of it finds the same."""
    for command in COMMANDS:
        written = encode_request(command, request_id="req_1", deadline=1, traceparent=None)
        model = Request(request_id="req_1", deadline=1, command=command)
        assert orjson.loads(written) == model.model_dump(mode="json")
        assert Request.model_validate_json(written) == model


def test_an_older_reader_finds_what_it_knows(samples: Path) -> None:
    """What this version says has everything in it that the older one said, under the same names."""
    requests = [Request(request_id="req_1", deadline=1, command=command) for command in COMMANDS]
    says = {request.command.kind: request.model_dump(mode="json") for request in requests}
    for request in lines(samples / "requests.jsonl"):
        assert holds(says[request["command"]["kind"]], request)
    answers = {type(reply).__name__: orjson.loads(encode_reply(reply)) for reply in REPLIES}
    for sample in lines(samples / "replies.jsonl"):
        assert holds(answers[sample["type"]], json.loads(sample["answer"]))
    (sample,) = lines(samples / "problem.jsonl")
    assert holds(orjson.loads(encode_problem(PROBLEM)), sample)


@pytest.mark.parametrize("change", [{"blink": True}, {"type": "hologram"}])
def test_a_message_is_not_sent_without_what_it_also_says(samples: Path, change: dict[str, Any]) -> None:
    """A host that does not understand all of a message's content refuses the request, rather than send a part of it."""
    (send,) = [each for each in lines(samples / "requests.jsonl") if each["command"]["kind"] == "send"]
    send["command"]["content"] |= change
    with pytest.raises(ValidationError):
        Request.model_validate_json(orjson.dumps(send))


def test_replies_are_understood(samples: Path, news: dict[str, Any]) -> None:
    """Of every kind; nothing that the host said is lost on the way to the API."""
    known = {command.reply.__name__: command.reply for command in EVERY_COMMAND.values()}
    for sample in lines(samples / "replies.jsonl"):
        said = json.loads(sample["answer"])["reply"]
        reply = decode(orjson.dumps({"reply": said | news} | news), known[sample["type"]])
        assert reply.model_dump(mode="json", exclude_none=True) == said


def test_problems_are_understood(samples: Path, news: dict[str, Any]) -> None:
    """With their code, their words, when to try again, and what else they say."""
    (sample,) = lines(samples / "problem.jsonl")
    with pytest.raises(Disconnected, match=r"^words$") as problem:
        decode(orjson.dumps({"problem": sample["problem"] | news} | news), Done)
    assert problem.value.retry_after == 2.5
    assert problem.value.details == {"connectionStatus": "qr_ready"}


def test_hosts_and_apis_meet_under_the_same_names() -> None:
    """Of subjects and objects, which have no version in them."""
    assert subjects.SESSIONS_WANTED == "wagate.sessions.wanted"
    assert subjects.session_commands("ses_1") == "wagate.session.ses_1"
    assert subjects.shard_ping("host_b-0") == "wagate.shard.host_b-0.ping"
    assert subjects.session_event("key_1", "ses_1", "message_received") == "events.key_1.ses_1.message_received"
    assert Publication("a-journal", 7, "ses_1", "message_received", b"", "key_1").id == "a-journal-7"
    assert auth_manifest("ses_1") == "auth/ses_1/manifest"
    assert auth_object("ses_1", 2, 3) == "auth/ses_1/2-3"
