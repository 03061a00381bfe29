"""The chart as Kubernetes gets it: rendered with a set of values, without a cluster."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

CHART = Path(__file__).resolve().parent / "wagate"
SETS = sorted((CHART / "ci").glob("*-values.yaml"))
"""Sets of values that together take every branch of the templates, called as chart-testing calls them."""

KUBERNETES = ("1.30.0", "1.37.0")
"""The oldest version that the chart says it works with, and the newest whose schemas are at hand."""


class ChartError(Exception):
    """What helm says about a chart or its values that it refuses."""


def run(helm: Path, command: str, *arguments: str | Path) -> str:
    """Run `helm COMMAND ...` on the chart and return what it prints.

    Raises:
        ChartError: it failed; its words are the message.
    """
    done = subprocess.run(  # noqa: S603 - a program of ours with words of ours
        [helm, command, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode != 0:
        raise ChartError(done.stdout + done.stderr)
    return done.stdout


def rendered(helm: Path, values: Path, *settings: str, release: str = "wagate", options: Sequence[str] = ()) -> str:
    """Return the manifests of a release in the namespace `acme`.

    Args:
        helm: the program.
        values: a file of values.
        settings: more of them, each as `helm --set` takes it.
        release: what it is called.
        options: more words for helm.

    Raises:
        ChartError: the values are refused.
    """
    more = [word for setting in settings for word in ("--set", setting)]
    where = (release, CHART, "--namespace", "acme", "--kube-version", KUBERNETES[-1])
    return run(helm, "template", *where, "--values", values, *more, *options)
