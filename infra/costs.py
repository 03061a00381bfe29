"""What a deployment costs in a month: `python -m infra.costs` prints the table of infra/README.md.

Units of DynamoDB and S3 are those measured in docs/operations.md. Prices are on demand, us-east-1, US dollars, as AWS
listed them up to 2025, from memory and not checked at AWS today.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

HOURS = 730
MESSAGES = 60 * HOURS
"""Of one session at a message sent and a message received a minute, each way."""
SECONDS_OF_A_REQUEST = 0.2
"""How long the function runs for one send: assumed, not measured at Lambda."""

VCPU_HOUR, GB_HOUR = 0.04048, 0.004445
NAT_HOUR, ADDRESS_HOUR, ENDPOINT_HOUR = 0.045, 0.005, 0.01
DISK_GB_MONTH = 0.08
LAMBDA_REQUEST, LAMBDA_GB_SECOND, HTTP_API_REQUEST = 0.2e-6, 1.66667e-5, 1e-6
SECRET, KMS_KEY, ZONE = 0.40, 1.00, 0.50
ALARM_METRIC, DASHBOARD, METRIC = 0.10, 3.00, 0.30
INSTANCE_HOUR = {"t4g.small": 0.0168, "m7g.medium": 0.0408, "m7g.xlarge": 0.1632}

SESSION_AT_REST, SESSION_BUSY, SHARD, BUSY_KEY = 0.03, 1.22, 1.35, 1.34
"""DynamoDB and S3: docs/operations.md. The key is 2,880 write units an hour."""

ENDPOINTS, SECRETS, ALARM_METRICS, BUCKET_METRICS, OWN_METRICS = 5, 7, 36, 16, 9


@dataclass(frozen=True, slots=True)
class Size:
    """The part of a size in template.yaml that has a price."""

    zones: int
    api_gb: float
    vcpu: float
    gb: float
    hosts_min: int
    sessions_wanted: int
    instance: str
    volume: int


SIZES = {
    "small": Size(1, 1, 0.5, 1, 2, 70, "t4g.small", 20),
    "medium": Size(3, 1, 1, 2, 4, 140, "m7g.medium", 40),
    "large": Size(3, 1.75, 1, 4, 12, 280, "m7g.xlarge", 160),
}


def hosts(size: Size, sessions: int) -> int:
    """Session hosts that run, each with one shard, once auto scaling has settled."""
    return max(size.hosts_min, math.ceil(sessions / size.sessions_wanted))


def parts(size: Size, sessions: int, *, busy: bool) -> dict[str, float]:
    """US dollars a month, by what they are for."""
    running = hosts(size, sessions)
    requests = MESSAGES * sessions if busy else 0
    function = requests * (LAMBDA_REQUEST + HTTP_API_REQUEST + SECONDS_OF_A_REQUEST * size.api_gb * LAMBDA_GB_SECOND)
    return {
        "session hosts": running * (size.vcpu * VCPU_HOUR + size.gb * GB_HOUR) * HOURS,
        "NATS": 3 * (INSTANCE_HOUR[size.instance] * HOURS + (size.volume + 8) * DISK_GB_MONTH),
        "NAT gateways": size.zones * (NAT_HOUR + ADDRESS_HOUR) * HOURS,
        "endpoints": ENDPOINTS * size.zones * ENDPOINT_HOUR * HOURS,
        "secrets, alarms, names": SECRETS * SECRET
        + KMS_KEY
        + ZONE
        + ALARM_METRICS * ALARM_METRIC
        + (BUCKET_METRICS + OWN_METRICS) * METRIC
        + DASHBOARD,
        "API": function + (BUSY_KEY if busy else 0),
        "shards": running * SHARD,
        "sessions": sessions * (SESSION_BUSY if busy else SESSION_AT_REST),
    }


def table() -> str:
    """The table, in Markdown."""
    cases = [("small", 10), ("medium", 1_000), ("large", 10_000)]
    columns = [(SIZES[name], sessions, busy) for name, sessions in cases for busy in (False, True)]
    costs = [parts(size, sessions, busy=busy) for size, sessions, busy in columns]
    heads = [f"{sessions:,} {'busy' if busy else 'at rest'}" for _, sessions, busy in columns]
    lines = [
        ["USD a month", *heads],
        ["---", *["---:"] * len(heads)],
        ["hosts", *[str(hosts(size, sessions)) for size, sessions, _ in columns]],
        *[[name, *[f"{cost[name]:,.0f}" for cost in costs]] for name in costs[0]],
        ["**all**", *[f"**{sum(cost.values()):,.0f}**" for cost in costs]],
        [
            "for a session",
            *[f"{sum(cost.values()) / of[1]:,.2f}" for cost, of in zip(costs, columns, strict=True)],
        ],
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(table())
