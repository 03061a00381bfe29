"""What a process of the API does not import: each of these was megabytes and tenths of a second for nothing."""

from __future__ import annotations

import subprocess
import sys

_LEFT_OUT = (
    "aiohttp",
    "attrs",
    "boto3",
    "botocore",
    "bz2",
    "click",
    "functions.console",
    "functions.groups.schemas",
    "functions.messages.schemas",
    "functions.reference.openapi",
    "functions.sessions.schemas",
    "html",
    "importlib.metadata",
    "jinja2",
    "logging.config",
    "lzma",
    "multiprocessing",
    "pickle",
    "PIL",
    "prometheus_client",
    "pydantic.v1",
    "pygments",
    "qrcode",
    "rich",
    "segno",
    "shared.contracts.requests",
    "shared.events.reading",
    "yaml",
    "zipfile",
)


def _imported(statement: str) -> set[str]:
    return set(_said(f"import sys\n{statement}\nprint(*sys.modules)").split())


def _said(code: str) -> str:
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    return told.stdout.strip()


def test_the_api_imports_nothing_that_it_does_not_use() -> None:
    """Colours of tracebacks, a command line, AWS, pictures, old pydantic, and routes nobody asked for yet stay out."""
    statement = (
        "from functions.program import server\nfrom functions.settings import ApiSettings\nserver(ApiSettings())"
    )
    imported = _imported(statement)
    assert imported & set(_LEFT_OUT) == set()
    assert "litestar" in imported


def test_a_lambda_function_imports_no_second_way_to_aws() -> None:
    """Nor aiohttp for the other one: it asks AWS on threads."""
    imported = _imported("import functions.aws_lambda.function, shared.adapters.aws.on_threads")
    assert "botocore.client" in imported
    assert imported & {"aiobotocore", "aiohttp"} == set()
    assert imported & {"httpx", "httpcore", "rich", "attrs", "PIL", "pydantic.v1", "qrcode", "segno", "yaml"} == set()


def test_a_start_collects_no_garbage_and_collects_it_afterwards() -> None:
    """What a program imported is not looked through again; what it makes later is."""
    told = _said("import functions.__main__, gc\nprint(gc.isenabled(), gc.get_freeze_count() > 50_000)")
    assert told == "True True"


def test_what_is_left_out_can_be_imported_by_others() -> None:
    """Afterwards, in the same process; and what was imported before stays what it is."""
    imported = _imported("import rich\nhere = rich\nimport functions, shared.adapters.nats.bus, aiohttp, rich.console")
    assert {"rich", "rich.console", "aiohttp", "structlog", "nats"} <= imported
