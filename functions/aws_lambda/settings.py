"""Settings of the API as a Lambda function."""

from __future__ import annotations

from shared.settings import StoreSettings


class LambdaSettings(StoreSettings):
    """What has to be known before the API's own settings can be read."""

    aws_on_threads: bool = True
    secrets: str | None = None
    """Names or ARNs of secrets in Secrets Manager, with commas: JSON objects of settings, `{"WAGATE_ADMIN_KEY": …}`."""
