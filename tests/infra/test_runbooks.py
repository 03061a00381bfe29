"""Every alarm has a page that says what to do."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALARM = re.compile(r'AlarmName: !Sub "\$\{Deployment\}-([a-z0-9-]+)"')


def test_every_alarm_has_its_section_and_every_section_its_alarm() -> None:
    """NATS' alarms, one for each server, share theirs, and so do Prometheus' alerts with alarms of the same meaning."""
    templates = [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")]
    alarms = {
        re.sub("(nats-[a-z]+)-[abc]$", r"\1", name) for path in templates for name in ALARM.findall(path.read_text())
    }
    alarms |= set(re.findall(r"runbook: ([a-z0-9-]+)", (ROOT / "infra" / "prometheus" / "alerts.yaml").read_text()))
    sections = set(re.findall(r"^## (.+)$", (ROOT / "infra" / "runbooks.md").read_text(), re.MULTILINE))
    assert alarms
    assert sections == alarms
