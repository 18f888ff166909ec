"""The house keeps its own rules: layers, sizes, the places that commit, nothing that hides an error or runs a text."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("engine", "processes", "forms", "webapp", "bench", "tests")
MOST_LINES = 400
# Where everything is caught, because it becomes a retry and then an incident (design.md D5).
MAY_CATCH_ALL = {"engine/operations.py", "engine/worker.py"}
RUNS_TEXT = {"eval", "exec", "compile"}
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "dill"}


def _files(*suffixes: str) -> list[str]:
    """Our own files, as paths inside the repository."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in suffixes]
    hidden = {"node_modules", "dist", "__pycache__", "versions"}
    return sorted(str(path.relative_to(ROOT)) for path in found if not hidden & set(path.parts))


@functools.cache
def _text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def _nodes(file: str, pattern: str) -> Iterator[ast.AST]:
    """All nodes of a file; none of one in whose text nothing has this pattern, because to parse everything takes long."""
    return ast.walk(ast.parse(_text(file), file)) if re.search(pattern, _text(file)) else iter(())


def _imported(node: ast.AST) -> set[str]:
    """The packages that a statement imports; none where it is another one."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {(node.module or "").partition(".")[0]} if isinstance(node, ast.ImportFrom) else set()


def test_imports_point_down() -> None:
    # In a process of its own: grimp keeps a cache that must not be that of a half-written checkout.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_no_file_has_more_than_400_lines() -> None:
    files = _files(".py", ".js", ".mjs", ".css", ".html")

    long = {
        file: lines for file in files if (lines := len((ROOT / file).read_bytes().splitlines())) > MOST_LINES
    }

    assert long == {}, "A file of over 400 lines holds more than one idea: give it a second room."


def test_only_the_database_room_commits() -> None:
    found = [
        file
        for file in _files(".py")
        if file != "engine/database.py" and not file.startswith(("tests/", "bench/"))
        for node in _nodes(file, r"\.\s*commit\b")
        if isinstance(node, ast.Attribute)
        and node.attr == "commit"
        and not (isinstance(node.value, ast.Name) and node.value.id.endswith("database"))
    ]

    assert found == [], "Call engine.database.commit or engine.database.transaction."


def test_no_error_is_caught_unseen() -> None:
    def is_broad(handler: ast.ExceptHandler) -> bool:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
        return handler.type is None or bool(names & {"Exception", "BaseException"})

    found = [
        f"{file}:{node.lineno}"
        for file in _files(".py")
        # In tests ruff asks for a reason each time.
        if file not in MAY_CATCH_ALL and not file.startswith("tests/")
        for node in _nodes(file, r"\bexcept\s*:|\b(?:Base)?Exception\b")
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]

    assert found == []


def test_no_text_is_run_as_python() -> None:
    # Not re.compile, which half of all files call.
    pattern = rf"(?<!\.)\b(?:{'|'.join(RUNS_TEXT | NEVER_IMPORTED)})\b"
    found = []
    for file in _files(".py"):
        for node in _nodes(file, pattern):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_TEXT:
                found.append(f"{file}:{node.lineno} calls {node.func.id}")
            found += [f"{file} imports {name}" for name in _imported(node) & NEVER_IMPORTED]

    assert found == []


@pytest.mark.parametrize(
    "file", ["requirements.txt", "webapp/frontend/node.txt", "webapp/frontend/package-lock.json"]
)
def test_a_lock_names_no_host_and_has_a_hash_for_every_package(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    addresses = re.findall(
        r'^.*(?:--(?:extra-)?index-url|"resolved": "https?:|@ https?:).*$', text, re.MULTILINE
    )
    packages = re.findall(r'^[a-z][\w.-]*==|^ {4}"node_modules/', text, re.MULTILINE)
    hashes = re.findall(r'--hash=sha256:|"integrity": "sha512-', text)

    assert addresses == []
    assert len(packages) > 0
    assert len(hashes) >= len(packages)


def test_nothing_is_pinned_that_nobody_imports() -> None:
    names_only_data = {"tzdata"}
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.scripts]")[0]
    pinned = set(re.findall(r'^ {4}"([\w-]+)(?:\[\w+\])?==', text, re.MULTILINE))
    packages = [
        (package, {distribution.lower().replace("_", "-") for distribution in distributions})
        for package, distributions in importlib.metadata.packages_distributions().items()
    ]
    named: dict[str, list[str]] = {}
    for file in _files(".py"):
        for package in re.findall(r"\b(?:import|from)\s+(\w+)", _text(file)):
            named.setdefault(package, []).append(file)

    def is_imported(package: str) -> bool:
        # Where it is only named, as in a comment, it is not imported.
        return any(
            package in _imported(node) for file in named.get(package, ()) for node in _nodes(file, package)
        )

    used = {
        name for package, distributions in packages for name in distributions & pinned if is_imported(package)
    }

    assert pinned - used - names_only_data == set()


def test_the_lock_holds_every_pinned_dependency() -> None:
    pins = re.findall(
        r'^ {4}"([\w-]+)(?:\[\w+\])?(==[\w.]+)",', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")

    missing = [name + version for name, version in pins if f"\n{name}{version} " not in "\n" + locked]

    assert missing == [], "Run `make lock`."
    assert len(pins) > 20
