"""The catalogue of process packages: finds the folders, deploys them.

A package is a folder with diagrams in it; decisions and stories lie beside them, its forms in the folder of the same name
under `forms/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

import processes.operations  # noqa: F401  (a diagram is checked against the operations that exist)
from engine import definitions, errors, roles, spiff, xml

FOLDER = Path(__file__).resolve().parent
FORMS = FOLDER.parent / "forms"
#: Deployed before all others: its processes are called from everywhere.
SHARED = "shared"
_CALLED = re.compile(r'calledElement\s+processId="([\w.-]+)"')


@dataclass(frozen=True, slots=True)
class Package:
    """One folder of processes/ with its diagrams, decisions, forms and stories."""

    name: str
    folder: Path
    forms_folder: Path

    @property
    def scenarios(self) -> Path | None:
        """The file of its stories, if it has one."""
        path = self.folder / "scenarios.toml"
        return path if path.is_file() else None

    def files(self) -> list[Path]:
        """What is deployed, in a fixed order."""
        drawn = [*self.folder.glob("*.bpmn"), *self.folder.glob("*.dmn")]
        return sorted(drawn) + sorted(self.forms_folder.glob("*.form"))

    def resources(self) -> dict[str, bytes]:
        """{file name: bytes} of what is deployed."""
        return {path.name: path.read_bytes() for path in self.files()}

    def processes(self) -> dict[str, spiff.Process]:
        """The processes drawn in this package, by id."""
        return {
            process_id: process
            for path in sorted(self.folder.glob("*.bpmn"))
            for process_id, process in spiff.read(xml.parse(path.read_bytes())).items()
        }


def packages(folder: Path = FOLDER, forms_folder: Path = FORMS) -> list[Package]:
    """Every package, the shared one first, then by name; one whose processes others call comes before them."""
    found = {path.parent for path in folder.glob("*/*.bpmn")}
    by_name = sorted(found, key=lambda path: (path.name != SHARED, path.name))
    ordered: list[Path] = []
    for path in by_name:
        _put_after_called(path, {each.name: each for each in by_name}, ordered, ())
    return [Package(path.name, path, forms_folder / path.name) for path in ordered]


def find(names: Iterable[str]) -> list[Package]:
    """The packages of these names; all of them when no name is given. Raises Refused for a name that is none."""
    known = {package.name: package for package in packages()}
    wanted = list(names) or list(known)
    for name in wanted:
        if name not in known:
            raise errors.Refused(
                f'There is no process package "{name}". There are: {", ".join(sorted(known))}.'
            )
    return [known[name] for name in wanted]


def changed(session: Session) -> list[Package]:
    """The packages with a file that is not deployed as it is now, in the order of `packages`."""
    return [each for each in packages() if not definitions.is_deployed(session, each.resources())]


def deploy_all(
    session: Session, *, actor: roles.Actor = roles.SYSTEM, now: datetime
) -> list[definitions.Deployed]:
    """Deploy every package that has changed. Raises DeploymentRefused."""
    return deploy(session, changed(session), actor=actor, now=now)


def deploy(
    session: Session, some: Iterable[Package], *, actor: roles.Actor = roles.SYSTEM, now: datetime
) -> list[definitions.Deployed]:
    """Deploy these packages; files that did not change get no new version, nor does a diagram that was one before.

    So a start undoes neither a version that was published since, nor one that was rolled back. Raises DeploymentRefused.
    """
    return [
        definitions.deploy(session, package.resources(), actor=actor, now=now, is_news=False)
        for package in some
    ]


def _put_after_called(
    path: Path, known: dict[str, Path], ordered: list[Path], callers: tuple[Path, ...]
) -> None:
    """Add a package after those of the processes that it calls; packages that call each other stay by name."""
    if path in ordered or path in callers:
        return
    text = "".join(each.read_text(encoding="utf-8") for each in sorted(path.glob("*.bpmn")))
    for called in sorted(set(_CALLED.findall(text))):
        if called in known:
            _put_after_called(known[called], known, ordered, (*callers, path))
    ordered.append(path)
