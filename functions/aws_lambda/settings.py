"""Settings of the API as a Lambda function."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from shared.settings import StoreSettings


class LambdaSettings(StoreSettings):
    """What has to be known before the API's own settings can be read."""

    model_config = SettingsConfigDict(env_prefix="WAGATE_", frozen=True, hide_input_in_errors=True)

    secrets: str | None = None
    """Names or ARNs of secrets in Secrets Manager, with commas: JSON objects of settings, `{"WAGATE_ADMIN_KEY": …}`."""
