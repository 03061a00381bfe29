"""The API's metrics, for Prometheus."""

from __future__ import annotations

from litestar import Controller, Response
from prometheus_client import CONTENT_TYPE_LATEST

from functions.guards import metrics_token
from functions.http.requests import HttpRequest
from functions.http.routes import get
from functions.metrics.request_metrics import RequestMetrics


class MetricsController(Controller):
    """Only where one process serves for long: a Lambda function has none."""

    guards = [metrics_token]  # noqa: RUF012 - litestar's way to declare them

    @get("/metrics")
    async def metrics(self, request: HttpRequest) -> Response[bytes]:
        """Say how many requests there were, what was answered and how long it took, in Prometheus' text format."""
        metrics: RequestMetrics = request.app.state.metrics
        return Response(metrics.page(), media_type=CONTENT_TYPE_LATEST)
