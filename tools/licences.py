"""What is in docs/licences.md: the licence of everything that runs, from the lock file and the library itself.

`python -m tools.licences docs/licences.md` makes the page's tables anew.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- made by `python -m tools.licences docs/licences.md` -->\n", "<!-- end -->\n"

GO_MODULES = {
    "filippo.io/edwards25519": "BSD-3-Clause",
    "github.com/beeper/argo-go": "MIT",
    "github.com/coder/websocket": "ISC",
    "github.com/elliotchance/orderedmap/v3": "MIT",
    "github.com/google/uuid": "BSD-3-Clause",
    "github.com/krypton-byte/neonize": "Apache-2.0",
    "github.com/lib/pq": "MIT",
    "github.com/mattn/go-colorable": "MIT",
    "github.com/mattn/go-isatty": "MIT",
    "github.com/mattn/go-sqlite3": "MIT",
    "github.com/petermattis/goid": "Apache-2.0",
    "github.com/rs/zerolog": "MIT",
    "github.com/vektah/gqlparser/v2": "MIT",
    "go.mau.fi/libsignal": "GPL-3.0",
    "go.mau.fi/util": "MPL-2.0",
    "go.mau.fi/whatsmeow": "MPL-2.0",
    "golang.org/x/crypto": "BSD-3-Clause",
    "golang.org/x/exp": "BSD-3-Clause",
    "golang.org/x/net": "BSD-3-Clause",
    "golang.org/x/sync": "BSD-3-Clause",
    "golang.org/x/sys": "BSD-3-Clause",
    "golang.org/x/text": "BSD-3-Clause",
    "google.golang.org/protobuf": "BSD-3-Clause",
}
"""What the LICENSE file of each module says, read by a person: a compiled library does not tell."""

UNDECLARED = {"neonize": "Apache-2.0"}
"""What the files of packages say whose metadata say nothing."""

_MODULE = re.compile(rb"(?:dep|mod)\t([\w./-]+)\t(v[\w.+-]+|\(devel\))\t")
"""A line of the build information that Go puts into what it compiles."""


def images() -> dict[str, list[str]]:
    """The extras that each image installs, by the image's name."""
    files = sorted((ROOT / "infra" / "images").glob("*.Dockerfile"))
    return {file.stem: sorted(set(re.findall(r"--extra (\w+)", file.read_text()))) for file in files}


def packages(extras: list[str]) -> set[str]:
    """The names of the packages that the lock file installs with some extras."""
    chosen = [word for extra in extras for word in ("--extra", extra)]
    command = [ROOT / ".tools" / "uv", "export", "--frozen", "--quiet", "--no-dev", "--no-emit-project", "--no-hashes"]
    told = subprocess.run([*command, *chosen], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^([\w.-]+)==", told, re.MULTILINE))


def licences() -> dict[str, str]:
    """The licence of every installed package, by its name."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {_normal(row["Name"]): _short(row["License"]) for row in told}
    return {name: UNDECLARED.get(name, licence) for name, licence in found.items()}


def library_modules() -> dict[str, str]:
    """The version of every Go module inside neonize's library, by its path.

    Raises:
        LookupError: the library names none, so it was built in another way than the one this was written for.
    """
    found = importlib.util.find_spec("neonize")
    library = next(Path(str(found.origin)).parent.glob("neonize-*.so")) if found else None
    lines = _MODULE.findall(library.read_bytes()) if library else []
    modules = {path.decode(): version.decode() for path, version in lines}
    if not modules:
        raise LookupError(f"no Go modules are named in {library}")
    return modules


def tables() -> str:
    """The page's tables, as Markdown."""
    known, where = licences(), defaultdict[str, list[str]](list)
    for image, extras in images().items():
        for name in packages(extras):
            where[_normal(name)].append(image)
    rows = [
        f"| {name} | {known[name]} | {', '.join(where[name])} |"
        for name in sorted(where)
        if name in known  # what is for other systems only is not installed
    ]
    modules = [f"| {path} | {version} | {GO_MODULES[path]} |" for path, version in sorted(library_modules().items())]
    return "\n".join(
        [
            *("## Python packages", "", "| package | licence | in the images |", "|---|---|---|", *rows),
            *("", "## Inside neonize's library", "", "| Go module | version | licence |", "|---|---|---|", *modules),
            "",
        ]
    )


def updated(page: str) -> str:
    """The page with its tables made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables()}{END}{after}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _short(licence: str) -> str:
    """One line: some packages put their whole licence into the field for its name."""
    return licence.splitlines()[0].replace("|", "/").strip()


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(updated(page.read_text()))
