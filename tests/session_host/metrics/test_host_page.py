"""The pages of shards as one."""

from prometheus_client.parser import text_string_to_metric_families

from session_host.metrics.host_page import host_page
from session_host.metrics.shard_metrics import ShardMetrics
from session_host.metrics.shard_page import ShardPage
from shared.messages.model import MessageState
from shared.sessions.model import SessionReport, SessionStatus
from tests.session_host.readings import READINGS


def samples(page: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def value(page: bytes, name: str, **labels: str) -> float | None:
    return samples(page).get((name, frozenset(labels.items())))


def test_each_value_has_its_shard() -> None:
    """What two shards counted stays apart; a metric is described once, or Prometheus refuses the page."""
    first, second = ShardMetrics(), ShardMetrics()
    first.sent(MessageState.SENT, 0.2)
    second.sent(MessageState.SENT, 3)
    second.sent(MessageState.UNKNOWN, 10)
    page = host_page({0: ShardPage(first.page(READINGS), 0), 1: ShardPage(second.page(READINGS), 2)}, 5)
    assert value(page, "wagate_sends_total", outcome="sent", shard="0") == 1
    assert value(page, "wagate_sends_total", outcome="unknown", shard="0") == 0
    assert value(page, "wagate_sends_total", outcome="unknown", shard="1") == 1
    assert value(page, "wagate_send_seconds_sum", shard="1") == 3
    assert value(page, "wagate_sessions", status="connected", shard="1") == 2
    assert value(page, "wagate_sessions", status="failed", shard="1") == 0
    assert value(page, "wagate_journal_waiting", to="events", shard="0") == 7
    assert value(page, "wagate_shard_restarts_total", shard="1") == 2
    assert value(page, "wagate_disk_free_bytes") == 5
    described = [line for line in page.decode().splitlines() if line.startswith("# TYPE")]
    assert len(described) == len(set(described))


def test_a_shard_that_does_not_answer_is_down_and_hides_no_other() -> None:
    """Nor does a disk that cannot be asked."""
    page = host_page({0: ShardPage(None, 4), 1: ShardPage(ShardMetrics().page(READINGS), 0)}, None)
    assert value(page, "wagate_shard_up", shard="0") == 0
    assert value(page, "wagate_shard_up", shard="1") == 1
    assert value(page, "wagate_sessions_room", shard="0") is None
    assert value(page, "wagate_sessions_room", shard="1") == 98
    assert value(page, "wagate_disk_free_bytes") is None


def test_a_reason_is_a_word_of_ours() -> None:
    """What a library says in its own words must not make a series each time."""
    metrics = ShardMetrics()
    for reason in (None, "wa_unreachable", "dial tcp 10.0.0.1:443: refused", "Stream 628123456789"):
        metrics.changed(SessionReport(status=SessionStatus.RECONNECTING, reason=reason, since=0))
    page = metrics.page(READINGS)
    assert value(page, "wagate_session_changes_total", status="reconnecting", reason="") == 1
    assert value(page, "wagate_session_changes_total", status="reconnecting", reason="wa_unreachable") == 1
    assert value(page, "wagate_session_changes_total", status="reconnecting", reason="other") == 2
