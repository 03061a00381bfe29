"""`python -m session_host.supervising.reading`: prints the plan of a supervisor, or says what is set wrongly."""

from __future__ import annotations

import sys

from pydantic import ValidationError

from session_host.settings import HostSettings
from session_host.supervising.plan import Plan
from shared.settings import StoreSettings, in_words


def main() -> None:
    """Read the environment; exits with 1 when something in it is wrong."""
    try:
        settings, stores = HostSettings(), StoreSettings()
    except ValidationError as error:
        sys.exit(in_words(error))
    plan = Plan(
        folder=str(settings.host_dir or stores.data_dir),
        shard_launcher=settings.shard_launcher,
        shards_per_host=settings.shards_per_host,
        startup_timeout=settings.startup_timeout,
        heartbeat_timeout=settings.heartbeat_timeout,
        stop_within=settings.stop_within,
        metrics_listen=settings.metrics_listen,
        cloudwatch_metrics=settings.cloudwatch_metrics,
        log_level=settings.log_level,
        spare_shard=settings.spare_shard,
        holds_sessions=settings.holds_sessions,
        delivers=settings.delivers,
    )
    sys.stdout.buffer.write(plan.encode())


if __name__ == "__main__":
    main()
