"""Alarms and the dashboard."""

import json
import re

import pytest

from tests.infra.templates import ROOT, only, properties, resources, substituted, template

ALARMS = properties("AWS::CloudWatch::Alarm")
VALUES = dict.fromkeys(["AWS::Region", "ApiId", "BucketName", "Cluster", "Deployment", "FunctionName", "Service"], "x")
LOGGED = ("ForwarderFails", "WebhookDisabled", "EventsMissed", "JournalLeft", "DeliveriesBehind")
"""Alarms of what the hosts' log says."""
DASHBOARD = json.loads(substituted(only("AWS::CloudWatch::Dashboard")["DashboardBody"], VALUES))


def measured(alarm: str) -> set[tuple[str, str]]:
    """Namespace and name of each metric of an alarm."""
    found = ALARMS[alarm]
    metrics = [one["MetricStat"]["Metric"] for one in found.get("Metrics", []) if "MetricStat" in one] or [found]
    return {(metric["Namespace"], metric["MetricName"]) for metric in metrics}


def test_there_is_an_alarm_for_each_way_to_fail() -> None:
    """What a person has to look at, and nothing that cures itself."""
    assert {name.removeprefix("watch."): measured(name) for name in ALARMS} == {
        "ApiErrors": {("AWS/Lambda", "Errors")},
        "ApiThrottled": {("AWS/Lambda", "Throttles")},
        "ApiAnswers5xx": {("AWS/ApiGateway", "5xx")},
        "BucketErrors": {("AWS/S3", "5xxErrors")},
        "StoreThrottled": {("AWS/DynamoDB", "WriteThrottleEvents")},
        "StoreReadsThrottled": {("AWS/DynamoDB", "ReadThrottleEvents")},
        **{name: {("wagate", name)} for name in LOGGED},
        "HostsMissing": {("ECS/ContainerInsights", "RunningTaskCount"), ("ECS/ContainerInsights", "DesiredTaskCount")},
        **{name: {("wagate", name)} for name in ("SessionsUnowned", "InboxBehind", "EventsBehind", "SnapshotsBehind")},
        "EventsLogUsed": {("wagate", "EventsLogUsed")},
        **{f"NatsUnwell{node}": {("AWS/EC2", "StatusCheckFailed")} for node in "ABC"},
        **{f"NatsMissing{node}": {("AWS/AutoScaling", "GroupInServiceInstances")} for node in "ABC"},
    }


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_heard_when_it_begins_and_when_it_ends(name: str) -> None:
    """By the topic that mails."""
    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == [{"Ref": "Topic"}]


@pytest.mark.parametrize(("alarm", "kind"), [("StoreThrottled", "Write"), ("StoreReadsThrottled", "Read")])
def test_the_alarms_of_the_store_know_every_table(alarm: str, kind: str) -> None:
    """No more metrics than the ten that an alarm may have."""
    metrics = [one["MetricStat"]["Metric"] for one in ALARMS[f"watch.{alarm}"]["Metrics"] if "MetricStat" in one]
    watched = {metric["Dimensions"][0]["Value"]["Fn::Sub"] for metric in metrics}
    assert watched == {table["TableName"]["Fn::Sub"] for table in properties("AWS::DynamoDB::Table").values()}
    assert {metric["MetricName"] for metric in metrics} == {f"{kind}ThrottleEvents"}
    assert len(metrics) <= 10


@pytest.mark.parametrize("name", LOGGED)
def test_what_an_alarm_looks_for_in_the_log_is_said_there(name: str) -> None:
    """By a session host, in these words: a filter that finds nothing would be silent for ever."""
    found = properties("AWS::Logs::MetricFilter")[f"watch.{name}Log"]
    events = re.findall(r'\$\.event = "(\w+)"', found["FilterPattern"])
    source = "".join(path.read_text() for path in (ROOT / "session_host").rglob("*.py"))
    assert events
    assert [event for event in events if not re.search(rf'_log\.\w+\("{event}"', source)] == []
    (made,) = found["MetricTransformations"]
    assert (made["MetricNamespace"], made["MetricName"]) == ("wagate", name)


def test_silence_of_the_hosts_is_an_alarm() -> None:
    """When nothing is told, nothing may run."""
    assert ALARMS["watch.HostsMissing"]["TreatMissingData"] == "breaching"
    settings = only("AWS::ECS::Cluster")["ClusterSettings"]
    assert settings == [{"Name": "containerInsights", "Value": "enabled"}]  # who counts them


def test_the_buckets_requests_are_counted() -> None:
    """S3 tells of errors only when it is asked to, under this name."""
    assert only("AWS::S3::Bucket")["MetricsConfigurations"] == [{"Id": "all"}]
    assert {"Name": "FilterId", "Value": "all"} in ALARMS["watch.BucketErrors"]["Dimensions"]


def test_alarms_are_encrypted_on_their_way() -> None:
    """With our key, which lets CloudWatch use it."""
    assert only("AWS::SNS::Topic")["KmsMasterKeyId"] == {"Ref": "KeyArn"}


def test_mail_is_sent_only_to_who_is_named() -> None:
    """Nobody by default."""
    assert resources("AWS::SNS::Subscription")["watch.Mail"]["Condition"] == "HasEmail"
    assert template()["Parameters"]["AlarmEmail"]["Default"] == ""


def test_the_dashboard_shows_every_part() -> None:
    """API, function, hosts, tables, bucket, NATS: ten drawings that do not lie on each other."""
    places = {(widget["x"], widget["y"]) for widget in DASHBOARD["widgets"]}
    assert len(places) == len(DASHBOARD["widgets"]) == 10
    shown = {metric[0] for widget in DASHBOARD["widgets"] for metric in widget["properties"]["metrics"]} - {"."}
    services = {"ApiGateway", "DynamoDB", "EC2", "ECS", "Lambda", "S3"}
    assert shown == {"ECS/ContainerInsights", "wagate"} | {f"AWS/{service}" for service in services}


def test_metrics_of_our_own_are_listed() -> None:
    """infra/README.md names each that somebody has to publish; AWS publishes the others."""
    scaling = only("AWS::ApplicationAutoScaling::ScalingPolicy")["TargetTrackingScalingPolicyConfiguration"]
    used = {scaling["CustomizedMetricSpecification"]["MetricName"]} | {
        metric[1]
        for widget in DASHBOARD["widgets"]
        for metric in widget["properties"]["metrics"]
        if metric[0] == "wagate"
    }
    used |= {name for alarm in ALARMS for namespace, name in measured(alarm) if namespace == "wagate"}
    section = (ROOT / "infra" / "README.md").read_text().split("## Metrics", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == used
