"""Tests that say by a marker what they show, as the sources have them: nothing of them is run."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def marked(marker: str) -> Iterator[tuple[list[str], dict[str, str], str]]:
    """What each such marker is given, by place and by name, and the test that carries it."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8") if "emulators" not in path.parts else ""
        if f"mark.{marker}" not in source:
            continue
        for function in ast.walk(ast.parse(source)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(f"mark.{marker}"):
                    places = [ast.literal_eval(each) for each in decorator.args]
                    names = {each.arg or "": ast.literal_eval(each.value) for each in decorator.keywords}
                    yield places, names, f"{path.relative_to(ROOT)}::{function.name}"


def link(test: str | None) -> str:
    """To a test, from a page of docs/; nothing where there is none."""
    if test is None:
        return ""
    path, _, name = test.partition("::")
    return f"[{name}](../{path})"


def rewritten(page: str, begin: str, end: str, table: str) -> str | None:
    """The page with another table between two lines; None when it has that one."""
    before, _, rest = page.partition(begin)
    old, _, after = rest.partition(end)
    return None if old == table else before + begin + table + end + after
