"""The values of the Helm chart: what is refused, what becomes of them, that each is tried and documented."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from functions.settings import ApiSettings
from infra.helm import chart
from infra.helm.chart import CHART
from session_host.settings import HostSettings
from shared.settings import StoreSettings
from shared.version import VERSION
from tests.infra.rendered_chart import NAMES, SETS, containers, documents, environment, helm, one, pods, refusal
from tests.infra.templates import ROOT

DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA = json.loads((CHART / "values.schema.json").read_text())
SECRET = {"WAGATE_ADMIN_KEY", "WAGATE_NATS_TOKEN", "WAGATE_AUTH_KEY", "WAGATE_SECRETS_KEY", "WAGATE_METRICS_TOKEN"}
LAMBDA = {"secrets"}
"""Settings that only the Lambda function reads."""
SANDBOX = {"allow_short_secrets", "sandbox_url"}
"""For trying on one's own machine."""


def variables(settings: type[StoreSettings] | type[HostSettings]) -> set[str]:
    return {f"WAGATE_{name.upper()}" for name in settings.model_fields}


def given(part: str) -> set[str]:
    """The variables that the chart gives a container, over all sets of values, without those of `settings`."""
    names = set()
    for name in NAMES:
        chosen = (yaml.safe_load(SETS[name].read_text()).get({"host": "hosts"}.get(part, part)) or {}).get(
            "settings", {}
        )
        for title, container in containers(name).items():
            if title.endswith(f"/{part}"):
                names |= set(environment(container)) - {f"WAGATE_{setting.upper()}" for setting in chosen}
    return {name for name in names if name.startswith("WAGATE_")}


def leaves(values: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that can be set, with its name as `--set` has it. What is a map of anything is one value."""
    whole = ("settings", "annotations", "podAnnotations", "nodeSelector", "resources")
    for key, value in values.items():
        if isinstance(value, dict) and key not in whole:
            yield from leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


@pytest.mark.parametrize(("part", "settings"), [("host", HostSettings), ("api", ApiSettings)])
def test_every_variable_is_a_setting(part: str, settings: type[StoreSettings] | type[HostSettings]) -> None:
    """A name that is spelt wrong would be ignored."""
    assert given(part) <= variables(settings) | variables(StoreSettings)


@pytest.mark.parametrize("name", NAMES)
def test_settings_take_what_they_are_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both programs read their environment without an error, and find in it what the values say."""
    for title, container in containers(name).items():
        if title.endswith(("/host", "/api")):
            with monkeypatch.context() as patch:
                for variable, value in environment(container).items():
                    patch.setenv(variable, value.ljust(32, "-") if variable == "WAGATE_SECRETS_KEY" else value)
                stores = StoreSettings()
                read = HostSettings() if title.endswith("/host") else ApiSettings()
            assert stores.store == ("sqlite" if name == "sqlite" else "dynamodb")
            if isinstance(read, HostSettings):
                assert read.host_dir == stores.data_dir
                assert read.auth_key == "acme-wagate/WAGATE_AUTH_KEY"
            else:
                assert (read.host, read.port) == ("0.0.0.0", container["ports"][0]["containerPort"])  # noqa: S104


def test_the_chart_says_which_wagate_it_is_for() -> None:
    """The version of this checkout."""
    assert yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"] == VERSION


@pytest.mark.parametrize(("part", "settings"), [("hosts", HostSettings), ("api", ApiSettings)])
def test_every_other_setting_can_be_given(part: str, settings: type[StoreSettings] | type[HostSettings]) -> None:
    """`hosts.settings` and `api.settings` take what the chart does not set itself, and refuse everything else.

    A new setting belongs into values.schema.json too.
    """
    known = variables(settings) | {"WAGATE_SQLITE_SYNCHRONOUS"}
    wanted = (
        known
        - given({"hosts": "host"}.get(part, part))
        - {f"WAGATE_{name.upper()}" for name in LAMBDA | SANDBOX}
        - SECRET
    )
    wanted -= variables(StoreSettings) - {"WAGATE_SQLITE_SYNCHRONOUS"}
    offered = SCHEMA["properties"][part]["properties"]["settings"]["propertyNames"]["enum"]
    assert {f"WAGATE_{name.upper()}" for name in offered} == wanted


def test_numbers_arrive_as_they_were_written() -> None:
    """Helm reads every number as a float, and 4.294967296e+09 is no number of bytes."""
    (host,) = [container for title, container in containers("everything").items() if title.endswith("/host")]
    found = environment(host)
    assert found["WAGATE_EVENTS_MAX_BYTES"] == "4294967296"
    assert found["WAGATE_SNAPSHOT_EVERY"] == "0.5"
    assert found["WAGATE_SESSIONS_PER_SHARD"] == "200"
    (api,) = [container for title, container in containers("everything").items() if title.endswith("/api")]
    assert environment(api)["WAGATE_CORS_ORIGINS"] == '["https://example.com"]'


def test_the_events_are_on_as_many_servers_as_there_are() -> None:
    """More could not be made."""
    for name, servers in (("everything", "3"), ("dynamodb", "3"), ("small", "1"), ("sqlite", "1")):
        (host,) = [container for title, container in containers(name).items() if title.endswith("/host")]
        assert environment(host)["WAGATE_EVENTS_REPLICAS"] == servers


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_is_named_and_never_written(name: str) -> None:
    """With a Secret of one's own no manifest is one, and every secret variable points at it."""
    assert not [document for document in documents(name) if document["kind"] == "Secret"]
    for container in containers(name).values():
        for variable in container.get("env", []):
            if variable["name"] in SECRET or variable["name"].startswith("AWS_"):
                assert set(variable) == {"name", "valueFrom"}
    named = SECRET if name in {"everything", "sqlite"} else SECRET - {"WAGATE_METRICS_TOKEN"}
    sources = {value for c in containers(name).values() for key, value in environment(c).items() if key in SECRET}
    assert sources == {f"acme-wagate/{key}" for key in named}


# What each refusal has to say. Helm 3 and 4 word what the schema refuses in their own ways.
REFUSED = {
    "a value that there is not": ("dynamodb", "hosts.replica=3", "hosts replica dditional"),
    "a store that there is not": ("dynamodb", "store=postgres", "store one of"),
    "an image without a tag": ("dynamodb", "api.image=wagate-api", "api image pattern"),
    "a number that is none": ("dynamodb", "hosts.replicas=many", "hosts replicas integer"),
    "no host at all": ("dynamodb", "hosts.replicas=0", "hosts replicas 1"),
    "a setting that there is not": ("dynamodb", "api.settings.prot=1", "trusted_proxies"),
    "a setting that the chart sets": ("dynamodb", "hosts.settings.stop_within=5", "sessions_per_shard"),
    "a secret in a URL": ("dynamodb", "nats.url=nats://token@nats.example.com", "nats url pattern"),
    "two NATS servers": ("everything", "nats.replicas=2", "nats replicas one of"),
    "a size without a unit": ("everything", "nats.storage.size=40", "nats storage size string"),
    "metrics for nobody": (
        "everything",
        "networkPolicy.metricsFrom=null",
        "networkPolicy metricsFrom",
    ),
    "latest": ("dynamodb", "api.image=example.com/wagate-api:latest", "api.image ends with :latest"),
    "no image": ("dynamodb", "hosts.image=", "hosts.image is missing"),
    "no bucket": ("dynamodb", "aws.bucket=", "aws.bucket is missing"),
    "no region": ("dynamodb", "aws.region=", "aws.region is missing"),
    "no NATS": ("dynamodb", "nats.url=", "which NATS?"),
    "two kinds of NATS": ("everything", "nats.url=nats://nats.example.com", "which NATS?"),
    "a CA that is none": ("dynamodb", "nats.ca=ca.pem", "nats ca pattern"),
    "TLS to servers without it": ("everything", "nats.tlsFirst=true", "nats.tlsFirst are for a NATS of yours"),
    "no secrets": ("dynamodb", "secrets.existing=", "which secrets?"),
    "two kinds of secrets": ("everything", "secrets.generate=true", "which secrets?"),
    "sqlite on two hosts": ("sqlite", "hosts.replicas=2", "store sqlite is one file on one volume"),
    "sqlite and two APIs": ("sqlite", "api.replicas=2", "store sqlite is one file on one volume"),
    "a kill while handing over": ("dynamodb", "hosts.stopWithin=50", "has to be at least 15 s longer"),
    "an ingress to nowhere": ("dynamodb", "api.ingress.enabled=true", "api.ingress.host is missing"),
    "an ingress that nobody trusts": (
        "everything",
        "api.settings.trusted_proxies=",
        "api.settings.trusted_proxies is missing",
    ),
    "monitors of nothing": ("everything", "metrics.enabled=false", "metrics.monitors needs metrics.enabled=true"),
    "a log that does not fit": ("everything", "nats.storage.size=4Gi", "nats.storage.size is too small"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_work_is_refused(what: str) -> None:
    """Before anything is sent to a cluster, with words that name the value."""
    name, setting, words = REFUSED[what]
    said = refusal(name, setting)
    assert [word for word in words.split() if word not in said] == []


def test_a_token_is_not_made_for_a_nats_that_has_one() -> None:
    """Nobody would let it in."""
    words = refusal("dynamodb", "secrets.existing=", "secrets.generate=true")
    assert "secrets.generate makes a token that only servers of this release would know" in words


def test_names_fit() -> None:
    """A StatefulSet's name and a hash have to fit into a label of 63, whatever the release is called."""
    text = chart.rendered(helm(), SETS["everything"], release="x" * 53)  # the longest that helm takes
    named = [document["metadata"]["name"] for document in yaml.safe_load_all(text) if document]
    assert max(map(len, named)) + len("-0123456789") <= 63
    assert len(set(named)) > 1


def told() -> dict[str, list[Any]]:
    """What each value is, over all sets of values that are tried."""
    every: dict[str, list[Any]] = {}
    for name in NAMES:
        chosen = dict(leaves(merged(DEFAULTS, yaml.safe_load(SETS[name].read_text()))))
        for leaf, value in chosen.items():
            every.setdefault(leaf, []).append(value)
    return every


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """As helm lays one set of values over another."""
    result = dict(below)
    for key, value in above.items():
        result[key] = (
            merged(result[key], value) if isinstance(value, dict) and isinstance(result.get(key), dict) else value
        )
    return result


def test_every_branch_is_tried() -> None:
    """Each switch on and off, each choice, and what may be empty both ways; making secrets is tried elsewhere."""
    elsewhere = {"secrets.generate", "secrets.existing", "aws.region", "aws.bucket"}
    always = {"hosts.image", "api.image"}
    for leaf, values in told().items():
        if leaf in elsewhere | always:
            continue
        if isinstance(values[0], bool):
            assert set(values) == {True, False}, leaf
        elif dict(leaves(DEFAULTS))[leaf] in ("", {}, []):
            assert {bool(value) for value in values} == {True, False}, leaf
    assert set(told()["store"]) == {"dynamodb", "sqlite"}
    assert {1, 3} <= set(told()["nats.replicas"])
    assert set(told()["spread"]) == {"ScheduleAnyway", "DoNotSchedule"}


def test_the_readme_has_every_value() -> None:
    """By its name and with its default, and no other."""
    text = (ROOT / "infra" / "helm" / "README.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z][\w.]+)` \| `?(.*?)`? \|", text, flags=re.MULTILINE))
    assert rows == {name: shown(value) for name, value in leaves(DEFAULTS)}


def shown(value: Any) -> str:
    """A default as the table has it."""
    if value in ("", {}, []):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def test_each_value_changes_something() -> None:
    """A set of values that sets everything renders what it sets."""
    text = json.dumps(documents("everything"))
    chosen = dict(leaves(yaml.safe_load(SETS["everything"].read_text())))
    for leaf, value in chosen.items():
        if isinstance(value, str) and value:
            assert value in text, leaf
    host = one("StatefulSet", "hosts")["spec"]
    assert host["replicas"] == 4
    assert host["template"]["spec"]["nodeSelector"] == {"kubernetes.io/arch": "amd64"}
    assert host["template"]["spec"]["tolerations"] == chosen["hosts.tolerations"]
    assert host["template"]["metadata"]["annotations"] == {"example.com/team": "messages"}
    assert all(pod["spec"]["imagePullSecrets"] == [{"name": "registry"}] for pod in pods("everything").values())
