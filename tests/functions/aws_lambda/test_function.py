"""The API as a Lambda function: the real runtime client, DynamoDB, Secrets Manager, NATS."""

import asyncio
import base64
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable

import pytest

from benchmarks.collector import collecting
from tests.emulators.nats_process import NatsServer
from tests.functions.aws_lambda.cloud import ADMIN, SEND, Cloud, cloud, new_key
from tests.functions.aws_lambda.emulated import running_function
from tests.functions.shard import Shard, running_shard
from tests.functions.waiting import until as eventually


@pytest.fixture
async def aws(ministack_endpoint: str, own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cloud]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")  # of this process, for the stores; the emulator takes any
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    async with cloud(ministack_endpoint, own_nats.url) as made:
        yield made


@pytest.fixture
async def shard(aws: Cloud) -> AsyncIterator[Shard]:
    async with running_shard(aws.settings.nats_url, aws.stores) as running:
        yield running


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not met():
            await asyncio.sleep(0.02)


async def test_a_key_sends_through_the_function(aws: Cloud, shard: Shard) -> None:
    """The way of the tutorial: the admin key from Secrets Manager, a key, a QR as a picture, a message, its state."""
    with running_function(aws.environment) as function:
        headers = await new_key(function)
        sent = await asyncio.to_thread(function.request, "POST", "/api/send-message", json_body=SEND, headers=headers)
        assert (sent.status, sent.json()["success"]) == (200, True)
        assert [frame[2] for frame in shard.frames] == ["hello"]
        state = await asyncio.to_thread(function.request, "GET", f"/api/messages/{sent.json()['id']}", headers=headers)
        assert state.json()["status"] == "sent"
        shard.status = type(shard.status).QR_READY
        picture = await asyncio.to_thread(
            function.request, "GET", "/api/qr", headers=headers | {"Accept": "image/png"}, query="sessionId=other"
        )
        assert base64.b64decode(picture.returned["body"]).startswith(b"\x89PNG")


@pytest.mark.usefixtures("shard")
async def test_errors_are_the_catalogues(aws: Cloud) -> None:
    """An unknown route, a missing key, a bad body; the request's id is in the header as everywhere."""
    with running_function(aws.environment) as function:
        headers = await new_key(function)
        for method, path, given, body, status, code in (
            ("GET", "/nowhere", headers, None, 404, "NOT_FOUND"),
            ("POST", "/api/send-message", {}, SEND, 401, "KEY_MISSING"),
            ("POST", "/api/send-message", headers, {"number": "x", "message": "y"}, 422, "NUMBER_INVALID"),
            ("DELETE", "/api/send-message", headers, None, 405, "METHOD_NOT_ALLOWED"),
        ):
            answer = await asyncio.to_thread(function.request, method, path, json_body=body, headers=given)
            assert (answer.status, answer.json()["code"]) == (status, code)
            assert answer.headers["x-request-id"] == answer.json()["requestId"]


async def test_the_schedule_notes_which_keys_were_used_and_fails_when_a_part_is_missing(aws: Cloud) -> None:
    """A failed sweep is an error of the function, which an alarm watches."""
    with running_function(aws.environment) as function:
        async with running_shard(aws.settings.nats_url, aws.stores):
            headers = await new_key(function)
            await asyncio.to_thread(function.request, "GET", "/api/sessions", headers=headers)
            assert await asyncio.to_thread(function.invoke, {"wagate": "sweep"}) == {"ready": True}
            (key,) = await aws.stores.keys.all()
            assert key.request_count >= 1

        async def fails_for_want_of_a_host() -> bool:  # what was seen is believed for a second
            answer = await asyncio.to_thread(function.invoke, {"wagate": "sweep"})
            return answer.get("errorType") == "NoHost"

        await eventually(fails_for_want_of_a_host)


async def test_an_event_of_another_kind_fails(aws: Cloud) -> None:
    """In words that name what is taken."""
    with running_function(aws.environment) as function:
        failed = await asyncio.to_thread(function.invoke, {"Records": []})
        assert failed["errorType"] == "NotAnHttpEvent"


async def test_what_is_away_at_the_start_is_told_and_found_later(aws: Cloud, own_nats: NatsServer) -> None:
    """Every caller gets a 503 that says when to try again, and the next one is served once it is there."""
    own_nats.kill()
    given = aws.environment | {"WAGATE_ADMIN_KEY": ADMIN}
    del given["WAGATE_SECRETS"]
    with running_function(given) as function:
        refused = await asyncio.to_thread(function.request, "GET", "/health")
        assert (refused.status, refused.json()["code"]) == (503, "BUS_UNAVAILABLE")
        assert int(refused.headers["retry-after"]) >= 1
        own_nats.start()
        answered = await asyncio.to_thread(function.request, "GET", "/health")
        assert answered.status == 200
        assert await new_key(function)  # the admin key outlives the start that failed


async def test_a_send_after_a_freeze_with_a_new_nats_arrives_once(aws: Cloud, own_nats: NatsServer) -> None:
    """The process stood still while the server went away and came back; nothing in it has noticed."""
    with running_function(aws.environment) as function:
        async with running_shard(aws.settings.nats_url, aws.stores) as shard:
            headers = await new_key(function)
            first = await asyncio.to_thread(
                function.request, "POST", "/api/send-message", json_body=SEND, headers=headers
            )
            assert first.status == 200
            function.freeze()
            own_nats.kill()
            own_nats.start()
            await until(lambda: shard.bus.connected)
            await asyncio.sleep(1.5)  # what is measured is a gap in time: shorter than this it is no freeze
            function.thaw()
            body = SEND | {"message": "after"}
            again = await asyncio.to_thread(
                function.request, "POST", "/api/send-message", json_body=body, headers=headers
            )
            assert again.status == 200, again.returned
            assert [frame[2] for frame in shard.frames] == ["hello", "after"]


@pytest.mark.usefixtures("shard")
async def test_a_trace_is_exported_before_the_process_is_frozen(aws: Cloud) -> None:
    """It is there when the answer is; a collector that is gone then delays no answer by more than a moment."""
    async with collecting() as collector:
        by_itself_never = collector.environment | {"OTEL_BSP_SCHEDULE_DELAY": "3600000"}
        with running_function(aws.environment | by_itself_never) as function:
            headers = await new_key(function)
            sent = await asyncio.to_thread(
                function.request, "POST", "/api/send-message", json_body=SEND, headers=headers
            )
            trace = collector.trace_of(sent.headers["x-request-id"])
            assert {"POST /api/send-message", "ask host"} <= {span.name for span in trace}
            await collector.stop()
            began = time.monotonic()
            again = await asyncio.to_thread(
                function.request, "POST", "/api/send-message", json_body=SEND, headers=headers
            )
            assert (sent.status, again.status) == (200, 200)
            assert time.monotonic() - began < 30  # the exporter would try for a minute


async def test_what_takes_longer_than_the_function_may_run_is_told(aws: Cloud) -> None:
    """The caller gets JSON of ours and not the bare error of the gateway."""
    within = 15  # with the start, which is not what is measured
    with running_function(aws.environment, timeout=within) as function:
        async with running_shard(aws.settings.nats_url, aws.stores) as shard:
            headers = await new_key(function)
            shard.deaf = True
            began = time.monotonic()
            answer = await asyncio.to_thread(
                function.request, "POST", "/api/send-message", json_body=SEND | {"wait": 60}, headers=headers
            )
            assert answer.status == 500
            assert "Idempotency-Key" in answer.json()["error"]
            assert time.monotonic() - began < within


def test_nothing_of_a_session_host_is_loaded() -> None:
    """The image of the function has no WhatsApp library in it; and it starts without aiohttp."""
    show = (
        "import sys, functions.aws_lambda.function, shared.adapters.dynamodb.sessions, shared.adapters.s3.files\n"
        "import shared.adapters.aws.on_threads\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, timeout=60, check=True)
    never = {"neonize", "session_host", "sandbox", "cryptography", "uvicorn", "aiohttp", "aiobotocore"}
    assert not never & set(done.stdout.split())
