"""Is everything in an AWS account that `template.yaml` needs before it is deployed? Reads, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from cli.checks.finding import Finding

_TABLES = ("keys", "sessions", "messages", "leases", "inbox", "files", "webhooks")
_STACK = re.compile(r"[a-z][a-z0-9-]{0,29}")
_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^:@]+)"
    r"(?::(?P<tag>[^@]+)|@(?P<digest>sha256:[0-9a-f]{64}))"
)
_ZONES = 3
_ADDRESSES = {"small": 1, "medium": 3, "large": 3}
"""Public addresses of the ways out, by the size of the deployment."""
_ADDRESSES_ALLOWED = 5
"""What an account may have unless it was given more."""
_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be deployed. `endpoint` is that of an emulator."""

    stack: str
    region: str
    size: str = "small"
    images: tuple[str, ...] = ()
    certificate: str | None = None
    endpoint: str | None = None

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes it at run time
        """A client of the service, with the credentials of the environment."""
        return get_session().create_client(service, region_name=self.region, endpoint_url=self.endpoint, config=_CONFIG)


def aws_account(plan: Plan) -> Iterator[Finding]:
    """Look at the account; the rest is not looked at when nobody is logged in."""
    if not _STACK.fullmatch(plan.stack):
        words = f"'{plan.stack}' cannot be the stack's name: the names of the tables and the bucket begin with it."
        yield Finding(
            "stack", "fail", words, "Use at most 30 lower-case letters, digits and dashes, beginning with a letter."
        )
        return
    account = ""

    def who() -> Finding:
        nonlocal account
        account = str(plan.client("sts").get_caller_identity()["Account"])
        return Finding("credentials", "ok", f"account {account}, region {plan.region}")

    yield _looked("credentials", who)
    if not account:
        return
    yield _looked("zones", lambda: _zones(plan))
    yield _looked("tables", lambda: _tables(plan))
    yield _looked("bucket", lambda: _bucket(plan, account))
    yield _looked("addresses", lambda: _addresses(plan))
    for image in plan.images:
        yield _looked("image", lambda image=image: _image(plan, account, image))
    if plan.certificate is not None:
        yield _looked("certificate", lambda: _certificate(plan, str(plan.certificate)))


def _looked(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (BotoCoreError, ClientError) as error:
        remedy = "Log in (`aws configure`, `aws sso login`) with the rights to read these resources."
        return Finding(check, "fail", f"AWS did not answer: {error}", remedy)


def _zones(plan: Plan) -> Finding:
    found = plan.client("ec2").describe_availability_zones(Filters=[{"Name": "state", "Values": ["available"]}])
    count = len(found["AvailabilityZones"])
    if count < _ZONES:
        return Finding("zones", "fail", f"{plan.region} has {count}.", f"Use a region with {_ZONES} zones.")
    return Finding("zones", "ok", f"{count} in {plan.region}")


def _tables(plan: Plan) -> Finding:
    wanted = {f"{plan.stack}-{name}" for name in _TABLES}
    pages = plan.client("dynamodb").get_paginator("list_tables").paginate()
    there = sorted(wanted & {name for page in pages for name in page["TableNames"]})
    if there:
        return Finding(
            "tables", "warn", f"There are {', '.join(there)}, of an earlier stack or this one.",
            "To update that stack, continue. A new stack would stop because of them: use another name, or import them.",
        )  # fmt: skip
    return Finding("tables", "ok", f"{plan.stack}-* is free")


def _bucket(plan: Plan, account: str) -> Finding:
    name = f"{plan.stack}-{account}-{plan.region}"
    try:
        plan.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket"}:
            return Finding("bucket", "ok", f"{name} is free")
        return Finding("bucket", "fail", f"{name} is somebody else's.", "Take another stack name.")
    return Finding(
        "bucket",
        "warn",
        f"There is {name}.",
        "To update the stack that it belongs to, continue. A new stack would stop because of it.",
    )


def _addresses(plan: Plan) -> Finding:
    used, wanted = len(plan.client("ec2").describe_addresses()["Addresses"]), _ADDRESSES[plan.size]
    if used + wanted > _ADDRESSES_ALLOWED:
        return Finding(
            "addresses", "warn", f"{used} public addresses are in use, {plan.size} needs {wanted} more.",
            f"By default an account may have {_ADDRESSES_ALLOWED}: ask for more in Service Quotas.",
        )  # fmt: skip
    return Finding("addresses", "ok", f"{used} in use, {wanted} more wanted")


def _image(plan: Plan, account: str, image: str) -> Finding:
    parts = _IMAGE.fullmatch(image)
    if parts is None:
        return Finding(
            "image", "fail", f"{image} is not an ECR image with a tag or a digest.",
            f"Push it: {account}.dkr.ecr.{plan.region}.amazonaws.com/NAME:TAG",
        )  # fmt: skip
    if (parts["account"], parts["region"]) != (account, plan.region):
        return Finding("image", "fail", f"{image} is elsewhere.", f"Push it to {account} in {plan.region}.")
    wanted = {"imageTag": parts["tag"]} if parts["tag"] else {"imageDigest": parts["digest"]}
    try:
        plan.client("ecr").describe_images(repositoryName=parts["name"], imageIds=[wanted])
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"ImageNotFoundException", "RepositoryNotFoundException"}:
            raise
        return Finding("image", "fail", f"{image} is not there.", "Build it (infra/images/) and push it.")
    return Finding("image", "ok", image)


def _certificate(plan: Plan, arn: str) -> Finding:
    found = plan.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    if found["Status"] != "ISSUED":
        text = f"{found['DomainName']}: {found['Status']}"
        return Finding(
            "certificate", "fail", text, "Prove in ACM that the domain is yours. Deploy when ACM says ISSUED."
        )
    return Finding("certificate", "ok", found["DomainName"])
