"""Numbers for CloudWatch in the log, and who looks at them."""

import json
import re
import subprocess
import sys
from pathlib import Path

from session_host.cloudwatch import NAMESPACE, SESSIONS_PER_SHARD

ROOT = Path(__file__).parents[2]


def test_the_line_has_the_form_that_cloudwatch_looks_for() -> None:
    """One JSON object with `_aws` at its top, as the log of a host writes it; a list is a value for each shard."""
    code = (
        "import structlog\n"
        "from session_host.cloudwatch import sessions_per_shard\n"
        "from shared.telemetry import configure_logging\n"
        "configure_logging('session-host')\n"
        "structlog.get_logger().info('metrics', **sessions_per_shard([3, 97]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    line = json.loads(done.stderr)
    (about,) = line["_aws"]["CloudWatchMetrics"]
    assert about["Namespace"] == NAMESPACE
    assert about["Dimensions"] == [[]]
    assert [metric["Name"] for metric in about["Metrics"]] == [SESSIONS_PER_SHARD]
    assert line[SESSIONS_PER_SHARD] == [3, 97]
    assert isinstance(line["_aws"]["Timestamp"], int)


def test_templates_and_code_know_the_same_metrics() -> None:
    """What a dashboard or auto scaling asks for is published, and what is published is asked for."""
    templates = "".join(path.read_text() for path in [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")])
    asked = set(re.findall(r'\["wagate", "(\w+)"', templates))
    asked |= set(re.findall(r"Namespace: wagate, MetricName: (\w+)", templates))
    assert asked == {SESSIONS_PER_SHARD}
