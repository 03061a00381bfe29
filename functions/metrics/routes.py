"""The API's metrics, for Prometheus."""

from __future__ import annotations

from litestar import Response
from prometheus_client import CONTENT_TYPE_LATEST

from functions.families import Family
from functions.guards import metrics_token
from functions.http.requests import HttpRequest
from functions.http.routes import get
from functions.metrics.page import page
from functions.metrics.request_metrics import RequestMetrics


@get("/metrics", guards=[metrics_token])
async def metrics(request: HttpRequest) -> Response[bytes]:
    """Say how many requests there were, what was answered and how long it took, in Prometheus' text format."""
    counted: RequestMetrics = request.app.state.metrics
    return Response(page(counted), media_type=CONTENT_TYPE_LATEST)


FAMILY = Family("metrics", (metrics,))
"""Only where one process serves for long: a Lambda function has none."""
