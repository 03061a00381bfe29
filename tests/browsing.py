"""A browser as people have one: Debian's Chromium, driven by playwright. Nothing is downloaded for it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
WITHOUT = "chromium is not installed: apt-get install chromium"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=WITHOUT)
WITHIN = 60_000
"""Milliseconds in which a page has to show something."""
expect.set_options(timeout=WITHIN)
AXE = Path(__file__).parent / "vendored" / "axe.js"


@contextmanager
def chromium() -> Generator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=WITHIN)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Generator[Page]:
    """A page of somebody who has no cookies yet; at its end nothing may have been refused by the page's policy."""
    context = browser.new_context(base_url=url, **{"locale": "en-US", **options})
    context.set_default_timeout(WITHIN)
    page = context.new_page()
    refused: list[str] = []
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page
        assert refused == []
    finally:
        context.close()


def log_in(page: Page, key: str) -> None:
    """With a key, by the form."""
    page.goto("/")
    page.fill("input[name=key]", key)
    page.click("form[action='/console/login'] button[type=submit]")
    page.wait_for_url("**/console/**")


def only_told(page: Page) -> None:
    """Keep pages from asking by themselves every few seconds (htmx's `every`): what they show then, they were told.

    What happens before `until_told` nobody tells them.
    """
    page.add_init_script(
        "const later = window.setTimeout;"
        "window.setTimeout = (what, after, ...rest) =>"
        " [3000, 5000, 15000].includes(after) ? 0 : later(what, after, ...rest);"
        "document.addEventListener('htmx:sseOpen', () => { window.isTold = true })"
    )


def until_told(page: Page) -> None:
    """Return when a page of `only_told` is told of what happens."""
    until(page, "window.isTold === true")


def until(page: Page, true: str) -> None:
    """Return when an expression is true in a page. `wait_for_function` evaluates it there, which its policy refuses."""
    end = time.monotonic() + WITHIN / 1000
    while not _is_so(page, true):
        if time.monotonic() > end:
            raise TimeoutError(f"not so within {WITHIN} ms: {true}")
        page.wait_for_timeout(50)


def _is_so(page: Page, true: str) -> bool:
    """Whether it is true now; a page that another one takes the place of at this moment says nothing."""
    try:
        return bool(page.evaluate(true))
    except Error as error:
        if "Execution context was destroyed" in error.message:
            return False
        raise


def serious(page: Page) -> list[str]:
    """What axe-core finds on a page that keeps somebody from using it."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
