"""Are the tables and the bucket there that the gateway is set to keep everything in?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.session import get_session

from cli.checks.finding import Finding
from session_host.settings import HostSettings
from shared.adapters.dynamodb.tables import table_definitions
from shared.settings import StoreSettings

_CONFIG = Config(
    connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2}, s3={"addressing_style": "path"}
)  # fmt: skip
_NOBODY = "wagate-doctor"
"""A key under which there is no row."""
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
_CLOCK = {"RequestTimeTooSkewed", "InvalidSignatureException", "SignatureDoesNotMatch"}
_GONE = {"ResourceNotFoundException", "404", "NoSuchBucket"}


def aws_stores(stores: StoreSettings, host: HostSettings) -> Iterator[Finding]:
    """Read what is not there in each table and look at the bucket, with the rights that the gateway has."""
    try:
        yield _tables(stores)
        yield _bucket(stores)
    except NoCredentialsError:
        remedy = "Give this machine a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or 'aws sso login'."
        yield Finding("AWS", "fail", "There are no credentials.", remedy)
    except ClientError as error:
        yield _refused(_code(error), str(error))
    except BotoCoreError as error:
        remedy = "Can this machine reach AWS? See WAGATE_AWS_REGION, and WAGATE_AWS_ENDPOINT_URL if it is set."
        yield Finding("AWS", "fail", f"It does not answer: {error}.", remedy)
    missing = [
        name
        for name, value in (("WAGATE_SECRETS_KEY", stores.secrets_key), ("WAGATE_AUTH_KEY", host.auth_key))
        if not value
    ]
    if missing:
        yield Finding(
            "keys", "fail", f"{' and '.join(missing)} not set.", "Set the same on every host: docs/settings.md."
        )


def _tables(stores: StoreSettings) -> Finding:
    client, missing = _client("dynamodb", stores), list[str]()
    for table in table_definitions(stores.table_prefix):
        key = {part["AttributeName"]: {"S": _NOBODY} for part in table["KeySchema"]}
        try:
            client.get_item(TableName=table["TableName"], Key=key)
        except ClientError as error:
            if _code(error) not in _GONE:
                raise
            missing.append(table["TableName"])
    if missing:
        text = f"There is no {', '.join(missing)} in {stores.aws_region}."
        remedy = (
            "Check that WAGATE_AWS_REGION is their region, and that their names begin with WAGATE_TABLE_PREFIX. "
            "'sam deploy' makes them (infra/README.md)."
        )
        return Finding("tables", "fail", text, remedy)
    return Finding("tables", "ok", f"{stores.table_prefix}* can be read in {stores.aws_region}.")


def _bucket(stores: StoreSettings) -> Finding:
    try:
        _client("s3", stores).head_bucket(Bucket=stores.bucket)
    except ClientError as error:
        if _code(error) not in _GONE:
            raise
        text = f"There is no bucket {stores.bucket}."
        return Finding("bucket", "fail", text, "Is WAGATE_BUCKET its name? 'sam deploy' makes it (infra/README.md).")
    return Finding("bucket", "ok", f"{stores.bucket} is there.")


def _refused(code: str, words: str) -> Finding:
    if code in _CLOCK:
        remedy = "Check this machine's clock ('timedatectl'), and that the secret key is complete."
    elif code in _EXPIRED:
        remedy = "Log in again ('aws sso login'), or give it other credentials."
    else:
        remedy = "Grant it the rights that infra/hosts.yaml grants a host."
    return Finding("AWS", "fail", f"It refuses: {words}.", remedy)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def _client(service: str, stores: StoreSettings) -> Any:  # noqa: ANN401 - botocore makes it at run time
    return get_session().create_client(
        service, region_name=stores.aws_region, endpoint_url=stores.aws_endpoint_url, config=_CONFIG
    )
