"""Numbers for CloudWatch in the log, and who looks at them."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from session_host.link.beats import Beat
from session_host.metrics.cloudwatch import FROM_PAGES, NAMESPACE, SESSIONS_PER_SHARD, SESSIONS_UNOWNED, line
from session_host.metrics.shard_metrics import ShardMetrics
from session_host.metrics.shard_page import ShardPage
from tests.session_host.readings import READINGS

ROOT = Path(__file__).parents[3]
WAITING = replace(READINGS, behind={"inbox": 61.0, "events": 0.0}, snapshots_behind=3.5)


def test_the_line_has_the_form_that_cloudwatch_looks_for() -> None:
    """One JSON object with `_aws` at its top, as the log of a host writes it; a list is a value for each shard."""
    code = (
        "import structlog\n"
        "from session_host.link.beats import Beat\n"
        "from session_host.metrics.cloudwatch import line\n"
        "from shared.observing.logs import configure_logging\n"
        "configure_logging('session-host')\n"
        "structlog.get_logger().info('metrics', **line([Beat(3, 97), Beat(100, 0, 5)], {}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    said = json.loads(done.stderr)
    (about,) = said["_aws"]["CloudWatchMetrics"]
    assert about["Namespace"] == NAMESPACE
    assert about["Dimensions"] == [[]]
    assert {metric["Name"]: metric["Unit"] for metric in about["Metrics"]} == {
        SESSIONS_PER_SHARD: "Count",
        SESSIONS_UNOWNED: "Count",
    }
    assert said[SESSIONS_PER_SHARD] == [3, 100]
    assert said[SESSIONS_UNOWNED] == [0, 5]
    assert isinstance(said["_aws"]["Timestamp"], int)


def test_what_waits_is_read_off_the_shards_metrics() -> None:
    """A value for each shard that answers; one that does not is left out, and hides no other."""
    said = line([Beat(1, 1)], {0: ShardPage(ShardMetrics().page(WAITING), 0), 1: ShardPage(None, 3)})
    assert {name: said[name] for name in FROM_PAGES} == {
        "InboxBehind": [61.0],
        "EventsBehind": [0.0],
        "SnapshotsBehind": [3.5],
        "EventsLogUsed": [0.25],
    }


def test_templates_and_code_know_the_same_metrics() -> None:
    """What a dashboard, an alarm or auto scaling asks for is published or made of the log, and the other way."""
    templates = "".join(path.read_text() for path in [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")])
    asked = set(re.findall(r'\["wagate", "(\w+)"', templates))
    asked |= set(re.findall(r"Namespace: wagate,?\s+MetricName: (\w+)", templates))
    of_log_lines = set(re.findall(r"MetricNamespace: wagate, MetricName: (\w+)", templates))
    assert asked == {SESSIONS_PER_SHARD, SESSIONS_UNOWNED, *FROM_PAGES, *of_log_lines}
