"""What every adapter of `shared.webhooks.ports.Webhooks` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from shared.ids import new_webhook_id
from shared.webhooks.disabling import disable
from shared.webhooks.model import Disabled, Secret
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import a_webhook


async def test_a_webhook_is_found_as_it_was_stored(stores: Stores) -> None:
    """Every field survives, those that may be missing too; it is its key's alone."""
    assert not await stores.webhooks.any()
    plain = a_webhook()
    full = a_webhook(
        session_uid="ses_1",
        test_url="https://test.example/hook",
        events=("message.*", "session.status"),
        chats=("120363041234567890@g.us",),
        direction="in",
        ordered=True,
        headers="sealed-headers",
        secrets=(Secret("new"), Secret("old", until=7)),
        disabled=Disabled("failed for 5 days", 9),
    )
    for webhook in (plain, full):
        assert await stores.webhooks.add(webhook, at_most=2)
        assert await stores.webhooks.get(webhook.key_id, webhook.id) == webhook
        assert await stores.webhooks.get("key_2", webhook.id) is None
    assert await stores.webhooks.get("key_1", new_webhook_id()) is None
    assert await stores.webhooks.any()


async def test_webhooks_are_listed_by_key_and_age(stores: Stores) -> None:
    """Those of a key, and those of all keys for who delivers."""
    first, second, others = a_webhook(), a_webhook(), a_webhook(key_id="key_0")
    for webhook in (second, others, first):
        assert await stores.webhooks.add(webhook, at_most=9)
    assert await stores.webhooks.of_key("key_1") == [first, second]
    assert await stores.webhooks.of_key("key_2") == []
    assert await stores.webhooks.all() == [others, first, second]


async def test_a_key_has_no_more_webhooks_than_it_may(stores: Stores) -> None:
    """Another key has its own; one that is deleted makes room, and deleting twice does not make more."""
    webhooks = [a_webhook() for _ in range(4)]
    assert [await stores.webhooks.add(webhook, at_most=2) for webhook in webhooks[:3]] == [True, True, False]
    assert await stores.webhooks.add(a_webhook(key_id="key_2"), at_most=2)
    deleted = [await stores.webhooks.delete("key_1", webhooks[0].id) for _ in range(2)]
    assert deleted == [True, False]
    assert not await stores.webhooks.delete("key_2", webhooks[1].id)
    assert [await stores.webhooks.add(webhook, at_most=2) for webhook in webhooks[2:]] == [True, False]
    assert await stores.webhooks.of_key("key_1") == webhooks[1:3]


async def test_of_two_changes_of_one_webhook_the_second_is_refused(stores: Stores) -> None:
    """Whoever changes what another one changed meanwhile has to look again."""
    webhook = a_webhook()
    assert not await stores.webhooks.replace(webhook)
    await stores.webhooks.add(webhook, at_most=9)
    assert await stores.webhooks.replace(replace(webhook, events=("call.*",)))
    assert not await stores.webhooks.replace(replace(webhook, url="https://lost.example"))
    changed = replace(webhook, events=("call.*",), version=webhook.version + 1)
    assert await stores.webhooks.get("key_1", webhook.id) == changed


async def test_a_webhook_is_disabled_once(stores: Stores) -> None:
    """The reason that stands first stays; one that is gone cannot be."""
    webhook = a_webhook()
    await stores.webhooks.add(webhook, at_most=9)
    assert await disable(stores.webhooks, "key_1", webhook.id, Disabled("gone", 5))
    assert not await disable(stores.webhooks, "key_1", webhook.id, Disabled("failing", 6))
    assert not await disable(stores.webhooks, "key_1", new_webhook_id(), Disabled("failing", 6))
    found = await stores.webhooks.get("key_1", webhook.id)
    assert found is not None
    assert found.disabled == Disabled("gone", 5)


@pytest.mark.races
async def test_many_at_once_make_no_more_than_a_key_may_have(store_maker: StoreMaker) -> None:
    """Over two processes; exactly as many are made as there is room for."""
    processes = [await store_maker.open(), await store_maker.open()]
    made = await asyncio.gather(
        *(processes[number % 2].webhooks.add(a_webhook(), at_most=3) for number in range(10)), return_exceptions=True
    )
    assert [each for each in made if each is True] == [True] * 3
    assert len(await processes[0].webhooks.of_key("key_1")) == 3
