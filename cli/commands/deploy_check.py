"""`wagate deploy-check`: what is missing in an AWS account before the stack is made."""

from __future__ import annotations

import sys
from dataclasses import asdict

import rich_click as click

from cli.checks.aws_account import Plan, aws_account
from cli.checks.finding import print_finding
from cli.program.command import WagateCommand, json_option
from cli.program.exit_codes import ExitCode
from cli.program.output import print_json


@click.command("deploy-check", cls=WagateCommand)
@click.argument("stack")
@click.option("--region", envvar="AWS_REGION", required=True, show_envvar=True, help="The region where it is to be.")
@click.option(
    "--size",
    type=click.Choice(["small", "medium", "large"]),
    default="small",
    show_default=True,
    help="The template's parameter Size.",
)
@click.option(
    "--image", "images", multiple=True, metavar="URI", help="An image to be deployed. May be given several times."
)
@click.option("--certificate", metavar="ARN", help="The certificate of the API's own name, when it is to have one.")
@click.option(
    "--endpoint", envvar="WAGATE_AWS_ENDPOINT_URL", show_envvar=True, help="An emulator instead of AWS, to try this."
)
@json_option
def deploy_check(  # noqa: PLR0913 - the options
    *, stack: str, region: str, size: str, images: tuple[str, ...], certificate: str | None, endpoint: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Check what an AWS account lacks, before a deployment.

    STACK is the name that template.yaml is to be deployed under. Nothing is changed.

    Each line is `ok`, `warn` (it may matter) or `fail` (it matters). The exit code is 1 when there is a `fail`.
    """
    findings = list(aws_account(Plan(stack, region, size, images, certificate, endpoint)))
    failed = any(finding.state == "fail" for finding in findings)
    if as_json:
        print_json({"success": not failed, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print_finding(finding)
    sys.exit(ExitCode.FAILED if failed else ExitCode.OK)
