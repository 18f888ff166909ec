"""orderlane deploy, check, scenarios, layout, picture: what a process designer does with files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.progress import track

import processes.operations  # noqa: F401  (a model is checked against the operations that exist)
from engine import clock, database, definitions, gate, layout, operations, roles, xml
from engine.dialect import page
from engine.findings import Finding, stops_deployment
from engine.gate_resources import decision_ids, form_id
from engine.rules import NOT_DEPLOYED
from processes import catalogue, stories
from webapp import prepare
from webapp.commands import (
    as_json,
    fault_pictures,
    found,
    model_files,
    print_json,
    summary,
)
from webapp.commands.prepared import prepared_database


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@as_json
def deploy(paths: tuple[Path, ...], as_json: bool) -> None:
    """Publish processes, decisions and forms: files or folders, or all packages of processes/ when none is given.

    The gate runs first; with one error nothing is published and the exit code is 1.
    """
    now = clock.now()
    with prepared_database() as engine, database.transaction(engine) as session:
        try:
            if paths:
                resources, missing = model_files.read(paths)
                _stop_at(missing, as_json)
                deployed = definitions.deploy(session, resources, actor=roles.SYSTEM, now=now)
                lines = [*prepare.new_versions(deployed), *_still_to_deploy(deployed.findings)]
            else:
                lines = prepare.deploy(session, now)
        except definitions.DeploymentRefused as refused:
            _stop_at(refused.findings, as_json)
            raise
    if as_json:
        print_json({"deployed": lines})
    else:
        click.echo("\n".join(lines) or "Nothing has changed, so nothing was deployed.")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--summary",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Count how many BPMN files below this folder can be deployed, imported or not, and why. Exit code 0.",
)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write an SVG into this folder for each deadlock, dead step and the like: the way there, in numbers.",
)
@as_json
def check(paths: tuple[Path, ...], folder: Path | None, pictures: Path | None, as_json: bool) -> None:
    """Check models, decisions and forms: files or folders, or all packages of processes/ when none is given.

    Prints each finding with file, line, element, rule, sentence and remedy. Exit code 1 when one is an error, else 0.
    """
    if folder is not None:
        _summarise(folder, as_json)
        return
    own = _own_files()
    resources, findings = model_files.read(paths or own)
    findings = findings + _gate(own)(resources)
    if not resources and not findings and not as_json:
        click.echo("There is no model, decision or form in these folders.")
        return
    drawn = [] if pictures is None else list(fault_pictures.draw(pictures, resources, findings))
    _print(findings, as_json)
    if not as_json:
        click.echo("".join(f"{line}\n" for line in drawn), nl=False)
    sys.exit(1 if stops_deployment(findings) else 0)


def _own_files() -> tuple[Path, ...]:
    return tuple(file for package in catalogue.packages() for file in package.files())


def _gate(beside: Iterable[Path]) -> Callable[[Mapping[str, bytes]], list[Finding]]:
    """The gate as it answers where these files are there too: a file that is checked alone may refer to them."""
    known: dict[str, set[str]] = {"process": set(), "form": set(), "decision": set()}
    for file in beside:
        for kind, identity in _brought(file):
            known[kind].add(identity)
    return partial(
        gate.check,
        operations=operations.catalogue(),
        known_processes=known["process"],
        known_forms=known["form"],
        known_decisions=known["decision"],
    )


def _brought(file: Path) -> Iterator[tuple[str, str]]:
    data = model_files.content(file)
    if isinstance(data, Finding):
        return  # said where the file itself is checked
    if file.suffix == ".form":
        identity = form_id(data)
        if identity is not None:
            yield "form", identity
        return
    try:
        root = xml.parse(data)
    except xml.XmlRefused:
        return
    if file.suffix == ".dmn":
        yield from (("decision", identity) for identity, _line in decision_ids(root))
    else:
        yield from (("process", each.get("id")) for each in root.iterchildren("{*}process") if each.get("id"))


def _summarise(folder: Path, as_json: bool) -> None:
    files = model_files.models_below(folder)
    look = _gate([*_own_files(), *model_files.below(folder)])
    shown = track(files, "Checking", transient=True, disable=as_json or not sys.stdout.isatty())
    report = summary.summary(shown, look)
    if as_json:
        print_json(report)
    else:
        click.echo(summary.told(report))


@click.command()
@click.argument("names", nargs=-1)
@click.option("--coverage", is_flag=True, help="Say which sequence flows no story has taken.")
@click.option(
    "--names",
    "only_names",
    is_flag=True,
    help="Play nothing; list the finders and changes that stories may use.",
)
@as_json
def scenarios(names: tuple[str, ...], coverage: bool, only_names: bool, as_json: bool) -> None:
    """Play the stories of the process packages on a database of their own. Exit code 1 when one fails."""
    if only_names:
        _print_names(as_json)
        return
    packages = [package.name for package in catalogue.find(names)]
    shown = packages if as_json else track(packages, "Playing", transient=True)
    report = [entry for name in shown for entry in stories.report([name])]
    if as_json:
        print_json(report)
    else:
        for entry in report:
            click.echo("\n".join(told(entry, coverage=coverage)))
    sys.exit(1 if any(entry["failed"] for entry in report) else 0)


def told(entry: Mapping[str, Any], *, coverage: bool) -> list[str]:
    """An entry of the report in lines: what failed and why and, with coverage, the sequence flows that are left."""
    verdict = f"{entry['failed']} failed" if entry["failed"] else "all as expected"
    share = f", {entry['coverage']:.0%} of the sequence flows" if coverage else ""
    lines = [f"{entry['process']}: {entry['scenarios']} stories, {verdict}{share}."]
    lines += [f'  "{each["scenario"]}": {each["sentence"]}' for each in entry["problems"]]
    if coverage and entry["untaken"]:
        lines.append(f"  No story has taken: {', '.join(entry['untaken'])}.")
    return lines


@click.command("layout")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write there, not into FILE.")
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit code 1 if the drawing has faults."
)
def layout_(file: Path, output: Path | None, only_check: bool) -> None:
    """Give a BPMN file a readable drawing: lanes as bands, left to right, nothing crossed or covered."""
    body = file.read_bytes()
    if only_check:
        problems = layout.problems(body)
        click.echo("\n".join(problems) or f"{file}: the drawing is readable.")
        sys.exit(1 if problems else 0)
    try:
        drawn = layout.layout(body)
    except xml.XmlRefused as refused:
        raise click.ClickException(f"{file}: {refused}") from None
    (output or file).write_bytes(drawn)
    click.echo(f"{output or file}: drawn.")


@click.command("picture")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; exit with 1 where a picture is not that of its file.",
)
def picture(paths: tuple[Path, ...], only_check: bool) -> None:
    """Draw the picture of each BPMN file beside it, as SVG; a folder stands for all files in it."""
    files = [file for path in paths for file in (sorted(path.rglob("*.bpmn")) if path.is_dir() else [path])]
    stale = []
    for file in files:
        try:
            drawn = layout.picture(file.read_bytes())
        except (xml.XmlRefused, ValueError) as refused:
            raise click.ClickException(f"{file}: {refused}") from None
        beside = file.with_suffix(".svg")
        if not beside.is_file() or beside.read_bytes() != drawn:
            stale.append(beside)
            if not only_check:
                beside.write_bytes(drawn)
    words = "is not the picture of its file: make pictures" if only_check else "drawn."
    click.echo("\n".join(f"{each}: {words}" for each in stale) or "Every picture is that of its file.")
    sys.exit(1 if stale and only_check else 0)


@click.command("dialect")
def dialect_() -> None:
    """Print what each BPMN element, event and extension means here, as Markdown: docs/dialect.md."""
    click.echo(page.page(), nl=False)


def _print_names(as_json: bool) -> None:
    found = stories.names()
    if as_json:
        print_json([asdict(each) for each in found])
        return
    for kind, title in (("finder", "Finders, for conditions:"), ("change", "Changes, for steps:")):
        click.echo(title)
        for each in found:
            if each.kind == kind:
                click.echo(f"  {each.name}{each.signature}\n      {each.doc}")


def _still_to_deploy(findings: Iterable[Finding]) -> list[str]:
    """What the deployed files refer to and nothing here has: without it they run into incidents."""
    return [f"{each.sentence} {each.remedy}" for each in findings if each.rule in NOT_DEPLOYED]


def _stop_at(findings: list[Finding], as_json: bool) -> None:
    if stops_deployment(findings):
        _print(findings, as_json)
        sys.exit(1)


def _print(findings: Sequence[Finding], as_json: bool) -> None:
    if as_json:
        print_json([each.to_json() for each in findings])
    else:
        click.echo("\n".join(found.told(findings)))
