"""What a crash between two writes, or a DynamoDB that is away, leaves behind."""

import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from shared.adapters.aws.client import aws_client
from shared.adapters.dynamodb.inbox import DynamoInbox
from shared.adapters.dynamodb.leases import DynamoLeases
from shared.adapters.dynamodb.message_rows import request_row_of
from shared.adapters.dynamodb.messages import DynamoMessages
from shared.adapters.dynamodb.sessions import DynamoSessions
from shared.adapters.dynamodb.table import Table
from shared.adapters.dynamodb.tables import create_tables
from shared.adapters.stores import open_stores
from shared.errors import StoreUnavailable
from shared.ids import now_ms
from shared.messages.model import MessageState
from shared.settings import StoreSettings
from tests.shared.adapters.contracts.samples import DAY, a_message, an_arrival, an_idempotency


@pytest.fixture
async def tables(ministack_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, Table]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    prefix = f"t{uuid.uuid4().hex}-"
    async with aws_client("dynamodb", StoreSettings(aws_endpoint_url=ministack_endpoint)) as client:
        await create_tables(client, prefix)
        await create_tables(client, prefix)  # may be repeated
        yield {name: Table(client, prefix + name) for name in ("sessions", "messages", "inbox", "leases")}


async def test_a_repeat_finishes_an_acceptance_that_broke_off(tables: dict[str, Table]) -> None:
    """The key was written, the row was not: the repeat makes the row under the id the key holds, once."""
    messages = DynamoMessages(tables["messages"])
    lost = a_message()
    await tables["messages"].put(request_row_of(an_idempotency("k"), lost))
    finished = await messages.accept(a_message(), an_idempotency("k"))
    assert (finished.created, finished.message.id) == (True, lost.id)
    assert await messages.get(lost.id) == finished.message
    assert not (await messages.accept(a_message(), an_idempotency("k"))).created


class _NoSignposts(Table):
    """A table that takes the row of a message, and not what leads to it by the message's id alone."""

    async def put(
        self, row: Mapping[str, Any], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> None:
        if row["pk"].startswith("msg_"):
            raise StoreUnavailable
        await super().put(row, condition, values)


@pytest.mark.parametrize("key", ["k", None], ids=["with a key", "without"])
async def test_a_repeat_finishes_a_row_that_nothing_leads_to(tables: dict[str, Table], key: str | None) -> None:
    """Its own process finds the row, and once it was repeated everybody does."""
    table = tables["messages"]
    broken, message = DynamoMessages(_NoSignposts(table._client, table._name)), a_message()
    idempotency = an_idempotency(key) if key else None
    with pytest.raises(StoreUnavailable):
        await broken.accept(message, idempotency)
    found = await broken.get(message.id)
    assert found is not None
    assert await DynamoMessages(table).get(message.id) is None
    assert not (await DynamoMessages(table).accept(message, idempotency)).created
    assert await DynamoMessages(table).get(message.id) == found
    assert await DynamoMessages(table).advance(message.id, MessageState.SENDING, now=7, epoch=3) is not None


async def test_a_repeat_finishes_a_session_that_broke_off(tables: dict[str, Table]) -> None:
    """The name was written, the row was not."""
    sessions = DynamoSessions(tables["sessions"])
    await tables["sessions"].put({"pk": "key#key_1", "sk": "sales", "uid": "ses_lost"})
    assert await sessions.named("key_1", "sales") is None
    session, created = await sessions.get_or_create("key_1", "sales", now=1)
    assert (session.uid, created) == ("ses_lost", True)
    assert await sessions.named("key_1", "sales") == session


async def test_a_repeat_finishes_an_arrival_that_broke_off(tables: dict[str, Table]) -> None:
    """The mark was written, the message was not: it comes to the position of the mark."""
    inbox = DynamoInbox(tables["inbox"], tables["messages"])
    arrival = an_arrival(1)
    await inbox._marks.take(arrival)
    assert (await inbox.newest("ses_1", limit=10)).messages == ()
    await inbox.append([arrival])
    assert (await inbox.newest("ses_1", limit=10)).messages == (arrival,)


async def test_a_row_whose_time_has_come_is_not_seen(tables: dict[str, Table]) -> None:
    """DynamoDB removes it up to days later."""
    messages = DynamoMessages(tables["messages"])
    old = a_message(created_at=now_ms() - 31 * DAY)
    await messages.accept(old)
    assert await messages.get(old.id) is None
    assert await messages.open_of("ses_1", 10) == []


async def test_a_step_whose_answer_was_lost_is_known_again(tables: dict[str, Table]) -> None:
    """The client of AWS repeats a write by itself; the repeat is refused although the first one was ours."""
    messages = DynamoMessages(tables["messages"])
    message = a_message()
    await messages.accept(message)
    first = await messages.advance(message.id, MessageState.SENDING, now=7, epoch=3)
    assert first is not None
    assert await messages.advance(message.id, MessageState.SENDING, now=7, epoch=3) == first
    assert await messages.advance(message.id, MessageState.SENDING, now=7, epoch=4) is None
    assert await messages.advance(message.id, MessageState.SENDING, now=8, epoch=3) is None


class _AnswersLost:
    """A client whose first answers are lost: it sends everything again, as AWS' own does by itself.

    It marks a transaction by a token, and AWS answers the second one with that token as it answered the first.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., Awaitable[Any]]:
        async def twice(**arguments: Any) -> Any:
            if operation == "transact_write_items":
                arguments["ClientRequestToken"] = uuid.uuid4().hex
            await getattr(self._client, operation)(**arguments)
            return await getattr(self._client, operation)(**arguments)

        return twice


async def test_ownership_is_known_again_when_answers_are_lost(tables: dict[str, Table]) -> None:
    """Whoever won a session or gave it up is told so, although the repeat finds the row changed."""
    table = tables["sessions"]
    sure, unsure = DynamoSessions(table), DynamoSessions(Table(_AnswersLost(table._client), table._name))
    session, _ = await sure.get_or_create("key_1", "sales", now=1)
    held = await unsure.claim(session.uid, "host-0")
    assert held is not None
    taken = await unsure.take_over(held, "host-1")
    assert taken == await sure.get(session.uid)
    assert taken is not None
    assert await unsure.release(session.uid, "host-1", taken.epoch, to="host-2")
    assert not await sure.release(session.uid, "host-1", taken.epoch)
    assert await unsure.release(session.uid, "host-2", taken.epoch)
    assert not await sure.release(session.uid, "host-2", taken.epoch)
    assert [free.uid for free in await sure.unowned(1)] == [session.uid]


async def test_a_lease_is_known_again_when_answers_are_lost(tables: dict[str, Table]) -> None:
    """One renewal is one version; who began twice has the later lease."""
    table = tables["leases"]
    sure, unsure = DynamoLeases(table), DynamoLeases(Table(_AnswersLost(table._client), table._name))
    begun = await unsure.begin("host-0", "host", room=40)
    renewed = await unsure.renew(begun, held=1, room=39)
    assert await sure.all() == [renewed]
    assert renewed is not None
    assert renewed.version == begun.version + 1
    assert await unsure.set_draining("host", draining=True) == 1
    assert await unsure.declare_dead(renewed)


async def test_a_dynamodb_that_is_away_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """After bounded retries, with a time to try again; S3 likewise."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, not listening: refuses, and nobody else gets the port
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
        async with open_stores(StoreSettings(store="dynamodb", aws_endpoint_url=endpoint)) as stores:
            with pytest.raises(StoreUnavailable, match="wagate-keys") as refused:
                await stores.keys.get("key_1")
            assert refused.value.retry_after is not None
            with pytest.raises(StoreUnavailable, match="bucket wagate"):
                await stores.blobs.get("k")
