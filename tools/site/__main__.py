"""`python -m tools.site FOLDER`: docs/ and the pages beside it as a site that works without the internet.

The pages are written for readers of the repository. Here each is put where the site has it, links between them are
changed to that, and a link to what the site does not have (code, tests) is left as its words.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("zensical.toml")
BESIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "repository/contributing.md",
    "SECURITY.md": "repository/security.md",
    "clients/python/README.md": "repository/clients-python.md",
    "clients/typescript/README.md": "repository/clients-typescript.md",
    "examples/README.md": "repository/examples.md",
    "infra/README.md": "repository/infra.md",
    "infra/runbooks.md": "repository/infra-runbooks.md",
    "infra/helm/README.md": "repository/infra-helm.md",
    "localstack/README.md": "repository/localstack.md",
}
"""Pages outside of docs/, and where the site has them."""
_LEFT_OUT = {"docs/README.md"}
"""It lists the pages, which the site does by itself."""
_CODE_OR_LINK = re.compile(
    r"^```.*?^```|``[^`\n]+``|`[^`\n]*`|(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)", re.MULTILINE | re.DOTALL
)
_FENCE = re.compile(r"^( *```\w+) .+$", re.MULTILINE)
"""What follows the language says what tests do with a block: docs/README.md."""


def places() -> dict[str, str]:
    """Where the site has each page, by its path in the repository."""
    pages = {str(page.relative_to(ROOT)): str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")}
    pages = {path: re.sub(r"(^|/)README\.md$", r"\1index.md", place) for path, place in pages.items()}
    return {path: place for path, place in (pages | BESIDE).items() if path not in _LEFT_OUT}


def shown(text: str, path: str, where: dict[str, str]) -> str:
    """What a page says on the site."""

    def changed(found: re.Match[str]) -> str:
        picture, words, link = found.groups()
        if link is None or re.match(r"[a-z]+:|#", link):
            return found[0]
        target, _, anchor = link.partition("#")
        place = _place_of(target, path, where)
        if place is None:
            return words
        up = "../" * (len(PurePosixPath(where[path]).parts) - 1)
        return f"{picture}[{words}]({up}{place}{'#' + anchor if anchor else ''})"

    return _CODE_OR_LINK.sub(changed, _FENCE.sub(r"\1", text))


def _place_of(link: str, page: str, where: dict[str, str]) -> str | None:
    target = (ROOT / page).parent.joinpath(link).resolve()
    if not target.is_relative_to(ROOT):
        return None
    path = str(target.relative_to(ROOT))
    if path in where:
        return where[path]
    if f"{path}/README.md" in where:
        return where[f"{path}/README.md"]
    is_picture = target.is_file() and target.suffix in {".png", ".svg", ".webp"} and path.startswith("docs/")
    return path.removeprefix("docs/") if is_picture else None


def prepare(folder: Path) -> None:
    """Write all pages as the site has them, and their pictures."""
    where = places()
    for path, place in where.items():
        page = folder / place
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(shown((ROOT / path).read_text("utf-8"), path, where), "utf-8")
    for picture in (ROOT / "docs").rglob("*"):
        if picture.suffix in {".png", ".svg", ".webp"}:
            copy = folder / picture.relative_to(ROOT / "docs")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, copy)


def build(site: Path) -> int:
    """Build the site in place of what is there; not 0 when a page or a link is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copy(CONFIG, work)
        prepare(work / "pages")
        built = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(work / CONFIG.name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if built.returncode:
            print(built.stdout, built.stderr, file=sys.stderr)
            return built.returncode
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(work / "site", site)
    return 0


def main() -> int:
    """Build it into the folder that is named."""
    parser = argparse.ArgumentParser(description="Build the documentation as a site.")
    parser.add_argument("folder", type=Path)
    return build(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
