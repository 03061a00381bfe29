"""The Helm chart: how its pods run, stop and are replaced, and what of them may be reached by whom."""

from typing import Any

import pytest
import yaml

from session_host.supervising import shard_process
from tests.infra.rendered_chart import NAMES, containers, documents, environment, one, pods
from tests.infra.templates import ROOT

SETS = pytest.mark.parametrize("name", NAMES)


@SETS
def test_nothing_runs_as_root_or_gets_more_rights(name: str) -> None:
    """What Kubernetes' strictest standard asks of a pod, and a root that cannot be written."""
    found = pods(name)
    assert {title.partition("/")[0] for title in found} <= {"Deployment", "StatefulSet", "Pod"}
    for pod in found.values():
        context = pod["spec"]["securityContext"]
        assert (context["runAsNonRoot"], context["runAsUser"], context["runAsGroup"]) == (True, 10001, 10001)
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(pod["spec"])
        assert all("hostPath" not in volume for volume in pod["spec"].get("volumes", []))
    for container in containers(name).values():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@SETS
def test_no_pod_has_a_key_to_the_cluster(name: str) -> None:
    """Nothing of wagate asks Kubernetes for anything."""
    accounts = [document for document in documents(name) if document["kind"] == "ServiceAccount"]
    assert accounts
    assert not any(account["automountServiceAccountToken"] for account in accounts)
    assert not any(pod["spec"]["automountServiceAccountToken"] for pod in pods(name).values())
    assert not [document for document in documents(name) if "Role" in document["kind"]]


@SETS
def test_no_service_becomes_a_setting(name: str) -> None:
    """Kubernetes would set WAGATE_PORT=tcp://… for a Service called wagate, and the API would not start."""
    assert not any(pod["spec"]["enableServiceLinks"] for pod in pods(name).values())


@SETS
def test_every_container_says_what_it_needs(name: str) -> None:
    """CPU and memory to be placed by, and a limit of memory. None of CPU: throttled shards miss heartbeats."""
    for container in containers(name).values():
        resources = container["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}
        assert set(resources["limits"]) == {"memory"}


@SETS
def test_selectors_find_the_pods_that_they_are_for(name: str) -> None:
    """Each finds the pods of exactly one workload."""
    labels = {title: pod["metadata"]["labels"] for title, pod in pods(name).items()}

    def selected(selector: dict[str, str]) -> list[str]:
        return [title for title, of_pod in labels.items() if selector.items() <= of_pod.items()]

    for document in documents(name):
        kind, spec, title = document["kind"], document.get("spec", {}), document["metadata"]["name"]
        if kind in {"Deployment", "StatefulSet"}:
            assert selected(spec["selector"]["matchLabels"]) == [f"{kind}/{title}"]
            spread = spec["template"]["spec"]["topologySpreadConstraints"]
            assert all(selected(one["labelSelector"]["matchLabels"]) == [f"{kind}/{title}"] for one in spread)
        elif kind == "Service":
            assert len(selected(spec["selector"])) == 1
        elif kind == "PodDisruptionBudget":
            assert len(selected(spec["selector"]["matchLabels"])) == 1
        elif kind == "NetworkPolicy":
            assert len(selected(spec["podSelector"]["matchLabels"])) == 1
        elif kind == "PodMonitor":
            assert selected(spec["selector"]["matchLabels"]) == ["StatefulSet/wagate-hosts"]


@SETS
def test_ports_that_are_named_are_there(name: str) -> None:
    """A Service, probe or policy with a name that no container has leads nowhere, without an error."""
    by_labels = [
        (pod["metadata"]["labels"], {port["name"] for c in pod["spec"]["containers"] for port in c.get("ports", [])})
        for pod in pods(name).values()
    ]
    for document in documents(name):
        spec = document.get("spec", {})
        if document["kind"] == "Service":
            (ports,) = [ports for labels, ports in by_labels if spec["selector"].items() <= labels.items()]
            assert {port["targetPort"] for port in spec.get("ports", [])} <= ports
        if document["kind"] == "NetworkPolicy":
            selector = spec["podSelector"]["matchLabels"]
            (ports,) = [ports for labels, ports in by_labels if selector.items() <= labels.items()]
            named = {port["port"] for rule in spec.get("ingress", []) for port in rule["ports"]}
            assert {port for port in named if isinstance(port, str)} <= ports


@SETS
def test_a_journal_survives_its_pod(name: str) -> None:
    """A host's folder is on a volume of that pod alone, which is kept when the pod, or all of it, goes."""
    hosts = one("StatefulSet", "hosts", name)["spec"]
    host = hosts["template"]["spec"]["containers"][0]
    folder = environment(host)["WAGATE_HOST_DIR"]
    (volume,) = [mount["name"] for mount in host["volumeMounts"] if mount["mountPath"] == folder]
    (claim,) = hosts["volumeClaimTemplates"]
    assert claim["metadata"]["name"] == volume
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert hosts["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    # A new volume belongs to root; without this nobody could write it.
    assert hosts["template"]["spec"]["securityContext"]["fsGroup"] == 10001


@SETS
def test_a_host_has_time_to_hand_over(name: str) -> None:
    """Kubernetes waits longer than the supervisor, which kills a shard that does not stop."""
    spec = one("StatefulSet", "hosts", name)["spec"]["template"]["spec"]
    needed = float(environment(spec["containers"][0])["WAGATE_STOP_WITHIN"]) + shard_process._KILL_AFTER
    assert needed + 10 <= spec["terminationGracePeriodSeconds"]


@pytest.mark.parametrize("name", ["dynamodb", "everything"])
def test_an_update_takes_one_host_at_a_time(name: str) -> None:
    """The others take its sessions; the next one goes when this one works again. Nor does a drained node take two."""
    spec = one("StatefulSet", "hosts", name)["spec"]
    assert spec["replicas"] >= 2
    assert spec["updateStrategy"] == {"type": "RollingUpdate"}
    assert spec["podManagementPolicy"] == "Parallel"
    assert spec["minReadySeconds"] > 0
    assert one("PodDisruptionBudget", "hosts", name)["spec"]["maxUnavailable"] == 1


@SETS
def test_a_host_is_asked_as_in_its_image(name: str) -> None:
    """By the program that its supervisor marks a file for: start, readiness, life."""
    host = one("StatefulSet", "hosts", name)["spec"]["template"]["spec"]["containers"][0]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert host[probe]["exec"]["command"] == ["python", "-m", "session_host.health"]
    patience = host["startupProbe"]["periodSeconds"] * host["startupProbe"]["failureThreshold"]
    assert patience >= 60  # as the image's start period


@SETS
def test_the_api_is_ready_when_requests_can_be_served(name: str) -> None:
    """/ready takes up to 3 s to say no; life is only whether the process answers."""
    (api,) = [container for title, container in containers(name).items() if title.endswith("/api")]
    assert api["args"] == ["functions"]
    assert api["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert api["readinessProbe"]["timeoutSeconds"] > 3
    assert api["livenessProbe"]["httpGet"]["path"] == "/health"
    assert environment(api)["WAGATE_HOST"] == "0.0.0.0"  # noqa: S104 - where the image listens


@pytest.mark.parametrize("name", ["dynamodb", "small", "everything"])
def test_the_api_is_replaced_without_a_gap(name: str) -> None:
    """A new pod first; and the old one serves for a moment while everybody learns that it goes."""
    spec = one("Deployment", "api", name)["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod = spec["template"]["spec"]
    sleeps = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert 0 < sleeps < pod["terminationGracePeriodSeconds"] - 10


def test_autoscaling_and_a_number_do_not_fight() -> None:
    """With an autoscaler the Deployment names no number, which every upgrade would put back."""
    assert "replicas" not in one("Deployment", "api")["spec"]
    scaler = one("HorizontalPodAutoscaler", "api")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 10)
    assert one("Deployment", "api", "dynamodb")["spec"]["replicas"] == 2


def test_sqlite_is_one_pod_with_one_volume() -> None:
    """API and host share the folder of the database; nothing else has the volume, and there is no API elsewhere."""
    kinds = [document["kind"] for document in documents("sqlite")]
    assert "Deployment" not in kinds
    hosts = one("StatefulSet", "hosts", "sqlite")["spec"]
    assert hosts["replicas"] == 1
    both = hosts["template"]["spec"]["containers"]
    assert [container["name"] for container in both] == ["host", "api"]
    for container in both:
        folder = environment(container)["WAGATE_DATA_DIR"]
        assert {"name": "data", "mountPath": folder} in container["volumeMounts"]
        assert environment(container)["WAGATE_STORE"] == "sqlite"


@SETS
def test_a_host_cannot_see_the_admin_key(name: str) -> None:
    """Nor the API the key of the pairings; nor can one of the two look at the other's processes."""
    for title, container in containers(name).items():
        given = environment(container)
        assert ("WAGATE_ADMIN_KEY" in given) == title.endswith("/api")
        assert title.endswith("/api") or "WAGATE_METRICS_TOKEN" not in given
        assert ("WAGATE_AUTH_KEY" in given) == title.endswith("/host")
    for pod in pods(name).values():
        assert not pod["spec"].get("shareProcessNamespace") or len(pod["spec"]["containers"]) == 1


def peers(policy: dict[str, Any]) -> list[tuple[list[Any] | None, list[Any]]]:
    """Whom a policy lets in, and to which ports."""
    rules = policy["spec"].get("ingress", [])
    return [(rule.get("from"), [port["port"] for port in rule["ports"]]) for rule in rules]


def test_only_the_api_is_reached_from_outside() -> None:
    """Nobody connects to hosts where there are no metrics; NATS is for API and hosts, and its routes for itself."""
    assert peers(one("NetworkPolicy", "hosts", "dynamodb")) == []
    assert peers(one("NetworkPolicy", "api", "dynamodb")) == [(None, ["http"])]
    clients, routes = peers(one("NetworkPolicy", "nats"))
    assert clients[1] == ["client"]
    assert sorted(peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in clients[0] or []) == [
        "api",
        "hosts",
    ]
    assert routes[1] == [6222]
    assert [peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in routes[0] or []] == ["nats"]
    for name in ("dynamodb", "everything", "sqlite"):
        policies = [document for document in documents(name) if document["kind"] == "NetworkPolicy"]
        assert all(policy["spec"]["policyTypes"] == ["Ingress", "Egress"] for policy in policies)
        assert len(policies) == len([title for title in pods(name) if "ready" not in title]) + (name == "sqlite")


def test_metrics_are_for_pods_of_the_cluster() -> None:
    """By default; or for whom `networkPolicy.metricsFrom` names. Never for everybody."""
    assert peers(one("NetworkPolicy", "hosts", "sqlite")) == [([{"namespaceSelector": {}}], ["metrics"])]
    (rule,) = peers(one("NetworkPolicy", "hosts"))
    assert rule[0] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]


def outward(part: str, name: str) -> set[int]:
    """The ports of the whole world that a part may connect to, without those of DNS."""
    rules = one("NetworkPolicy", part, name)["spec"]["egress"]
    return {port["port"] for rule in rules if "to" not in rule for port in rule["ports"]} - {53}


def test_nothing_connects_to_more_than_it_needs() -> None:
    """WhatsApp and AWS, and the ports of what the values name."""
    assert outward("hosts", "dynamodb") == outward("api", "dynamodb") == {443, 4443, 4222}
    assert outward("hosts", "everything") == {443, 8000, 4318, 1081}
    assert outward("api", "everything") == {443, 8000, 4318}
    assert outward("nats", "everything") == set()
    assert (outward("hosts", "sqlite"), outward("api", "sqlite")) == ({443}, set())


def test_monitors_find_the_metrics() -> None:
    """Those of hosts where hosts serve them; those of the API with the token that opens nothing else.

    The jobs are called as in infra/prometheus, whose alerts ask for them by name.
    """
    host = one("StatefulSet", "hosts")["spec"]["template"]["spec"]["containers"][0]
    listens = environment(host)["WAGATE_METRICS_LISTEN"]
    (port,) = host["ports"]
    assert listens == f"0.0.0.0:{port['containerPort']}"
    (hosts,) = one("PodMonitor", "hosts")["spec"]["podMetricsEndpoints"]
    assert (hosts["port"], hosts["path"]) == (port["name"], "/metrics")
    (endpoint,) = one("ServiceMonitor", "api")["spec"]["endpoints"]
    (api,) = [container for title, container in containers("everything").items() if title.endswith("/api")]
    credentials = endpoint["authorization"]["credentials"]
    assert f"{credentials['name']}/{credentials['key']}" == environment(api)["WAGATE_METRICS_TOKEN"]
    config = yaml.safe_load((ROOT / "infra" / "prometheus" / "prometheus.yml").read_text())
    assert [monitor["relabelings"] for monitor in (endpoint, hosts)] == [
        [{"targetLabel": "job", "replacement": job["job_name"]}] for job in config["scrape_configs"]
    ]
    assert one("ServiceMonitor", "api")["spec"]["selector"]["matchLabels"].items() <= (
        one("Service", "api")["metadata"]["labels"].items()
    )


def test_traces_go_where_they_are_sent() -> None:
    """API and hosts alike; without an endpoint nothing is said about it."""
    for name, endpoint in (("everything", "http://collector.observability:4318"), ("dynamodb", None)):
        ours = [c for title, c in containers(name).items() if title.endswith(("/api", "/host"))]
        assert [environment(c).get("OTEL_EXPORTER_OTLP_ENDPOINT") for c in ours] == [endpoint] * 2


def test_the_ingress_leads_to_the_api() -> None:
    """With TLS where there is a Secret for it."""
    spec = one("Ingress", "api")["spec"]
    service = spec["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert service == {"name": one("Service", "api")["metadata"]["name"], "port": {"name": "http"}}
    assert spec["tls"] == [{"hosts": ["gateway.example.com"], "secretName": "gateway-tls"}]


def test_roles_are_each_part_s_own() -> None:
    """IAM gives hosts and API different rights, by the annotations of their accounts."""
    roles = {}
    for part, kind in (("hosts", "StatefulSet"), ("api", "Deployment")):
        account = one("ServiceAccount", part, "dynamodb")
        roles[part] = account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]
        pod = one(kind, part, "dynamodb")["spec"]["template"]["spec"]
        assert pod["serviceAccountName"] == account["metadata"]["name"]
    assert roles["hosts"] != roles["api"]


def test_pods_are_spread() -> None:
    """Over zones and machines: as far as that goes, or else not started."""
    for name, how in (("dynamodb", "ScheduleAnyway"), ("everything", "DoNotSchedule")):
        for title, pod in pods(name).items():
            if not title.startswith("Pod/"):
                found = [
                    (one["topologyKey"], one["whenUnsatisfiable"]) for one in pod["spec"]["topologySpreadConstraints"]
                ]
                assert found == [("topology.kubernetes.io/zone", how), ("kubernetes.io/hostname", how)]
