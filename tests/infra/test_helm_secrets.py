"""Secrets that the chart makes: once, kept for ever, and never where it cannot see what is there already."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.helm import chart
from tests.infra.kubernetes_api import secret, serving
from tests.infra.rendered_chart import SETS, helm, refusal

GENERATE = ("secrets.existing=", "secrets.generate=true")
KEYS = {
    "wagate-keys": {"WAGATE_ADMIN_KEY", "WAGATE_NATS_TOKEN", "WAGATE_SECRETS_KEY", "WAGATE_METRICS_TOKEN"},
    "wagate-auth": {"WAGATE_AUTH_KEY"},
}
THERE = {
    "wagate-keys": dict.fromkeys(KEYS["wagate-keys"], "YQ=="),
    "wagate-auth": {"WAGATE_AUTH_KEY": "a2V5"},
}


def made(folder: Path, there: dict[str, dict[str, str]], *options: str) -> dict[str, dict[str, Any]]:
    """The Secrets that are rendered in a cluster that has these."""
    with serving(folder, *(secret("acme", name, data) for name, data in there.items())) as kubeconfig:
        words = ("--dry-run=server", "--disable-openapi-validation", "--kubeconfig", str(kubeconfig), *options)
        text = chart.rendered(helm(), SETS["sqlite"], *GENERATE, options=words)
    documents = [document for document in yaml.safe_load_all(text) if document]
    return {document["metadata"]["name"]: document for document in documents if document["kind"] == "Secret"}


def test_a_new_release_gets_new_ones(tmp_path: Path) -> None:
    """Long, of letters and digits, other ones each time; the key of the pairings is 32 bytes in base64."""
    first, second = made(tmp_path, {}), made(tmp_path, {})
    assert {name: set(made["data"]) for name, made in first.items()} == KEYS
    for name, keys in KEYS.items():
        for key in keys:
            value = base64.b64decode(first[name]["data"][key]).decode()
            assert value != base64.b64decode(second[name]["data"][key]).decode()
            if key == "WAGATE_AUTH_KEY":
                assert len(base64.b64decode(value, validate=True)) == 32
            else:
                assert len(value) == 48
                assert value.isalnum()


def test_they_outlive_the_release(tmp_path: Path) -> None:
    """`helm uninstall` leaves them; and Kubernetes itself refuses another key of the pairings."""
    found = made(tmp_path, {})
    assert all(one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep" for one in found.values())
    assert found["wagate-auth"]["immutable"] is True


@pytest.mark.parametrize("options", [(), ("--is-upgrade",)], ids=["install", "upgrade"])
def test_what_is_there_is_kept(tmp_path: Path, options: tuple[str, ...]) -> None:
    """By an upgrade, and by an installation after the release was removed."""
    assert {name: one["data"] for name, one in made(tmp_path, THERE, *options).items()} == THERE


@pytest.mark.parametrize("gone", sorted(KEYS))
def test_what_is_lost_is_not_made_anew(tmp_path: Path, gone: str) -> None:
    """An upgrade that finds no Secret, or one without its key, stops and says so: a new key reads no pairing."""
    without = {name: data for name, data in THERE.items() if name != gone}
    with pytest.raises(chart.ChartError, match=f"the Secret {gone} is not there, and an upgrade makes none"):
        made(tmp_path, without, "--is-upgrade")
    with pytest.raises(chart.ChartError, match=f"the Secret {gone} has no WAGATE_"):
        made(tmp_path, {**THERE, gone: {}})


def test_nothing_is_made_without_a_cluster_to_look_at() -> None:
    """`helm template`, and so Argo CD, would make new ones at every turn."""
    assert "secrets.generate looks into the cluster, and there is none to be seen" in refusal("sqlite", *GENERATE)
