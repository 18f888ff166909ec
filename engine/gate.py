"""The gate: everything that is to be deployed passes here first, and the answer is a list of findings.

The order is: safe XML, dialect (each element executes or is refused), design rules, soundness. The studio, the command line and
the tests show the same findings; a deployment goes through when none of them is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine import design_rules, dialect, dmn, forms, soundness, xml
from engine.design_rules.company import Company
from engine.dialect.model import ZEEBE, Model, Process
from engine.dialect.report import DialectReport, called, sentence_case
from engine.findings import Finding, Report
from engine.gate_resources import decision_ids, form_id, kind_of
from engine.operations import Operation

_NO_OPERATIONS: Mapping[str, Operation] = {}


@dataclass(slots=True)
class _Deployment:
    """What was found while the files were read: the models, the ids they bring, and the findings so far."""

    imports: dict[str, bytes] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    process_files: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def check(
    resources: Mapping[str, bytes],
    *,
    operations: Mapping[str, Operation] = _NO_OPERATIONS,
    roles: Collection[str] | None = None,
    known_processes: Collection[str] = (),
    known_forms: Collection[str] = (),
    known_decisions: Collection[str] = (),
) -> list[Finding]:
    """All findings for the files of one deployment, sorted by file and line; never raises, whatever the bytes are.

    resources: {file name: content} of BPMN models, DMN decisions and form-js forms.
    operations: the catalogue, {type: Operation}. roles: the candidate roles that exist; None when nobody knows.
    known_...: ids that are deployed already and may be referred to.
    """
    deployment = _Deployment(imports=dmn.among(resources))
    for file in sorted(resources):
        _read(deployment, file, resources[file])
    company = Company(
        operations=operations,
        roles=roles,
        forms={*known_forms, *deployment.forms},
        decisions={*known_decisions, *deployment.decisions},
        process_ids={*known_processes, *deployment.processes},
        processes=deployment.processes,
    )
    for file, model in deployment.models.items():
        deployment.findings += dialect.check_model(model, file)
        deployment.findings += _check_embedded_forms(model, file)
        deployment.findings += design_rules.check(model, file, company)
        deployment.findings += soundness.check(model, file, company.calls.waits)
    return sorted(set(deployment.findings), key=lambda finding: finding.place)


def _read(deployment: _Deployment, file: str, data: bytes) -> None:
    report = Report(file)
    kind = kind_of(file, data)
    if kind == "form":
        _read_form(deployment, report, data)
    elif kind is None:
        report.add(
            "unknown_resource",
            "This file is no BPMN model, no DMN decision and no form.",
            "Deploy files that end in .bpmn, .dmn or .form.",
        )
    else:
        _read_xml(deployment, report, kind, data)
    deployment.findings += report.findings


def _read_xml(deployment: _Deployment, report: Report, kind: str, data: bytes) -> None:
    try:
        root = xml.parse(data)
    except xml.XmlRefused as refused:
        report.add(
            "xml_refused",
            refused.message,
            "Save the diagram again in the modeler, as plain XML.",
            line=refused.line,
        )
        return
    if kind == "dmn":
        _read_decisions(deployment, report, root, data)
        return
    model = dialect.read(root)
    if not dialect.is_bpmn_file(root) or not dialect.is_bounded(model):
        report.findings += dialect.check_model(model, report.file)
        return
    deployment.models[report.file] = model
    for process in model.checked:
        if process.id:
            deployment.processes.setdefault(process.id, process)
            _note_id(
                report, deployment.process_files, process.id, called(process), process.element.sourceline
            )


def _read_form(deployment: _Deployment, report: Report, data: bytes) -> None:
    _check_form(report, data, None, None)
    identity = form_id(data)
    if identity:
        _note_id(report, deployment.forms, identity, f'form "{identity}"', None)


def _read_decisions(deployment: _Deployment, report: Report, root: etree._Element, data: bytes) -> None:
    for identity, line in decision_ids(root):
        _note_id(report, deployment.decisions, identity, f'decision "{identity}"', line)
    remedy = "Correct the decision in the modeler, and deploy it again."
    try:
        dmn.self_contained(data, deployment.imports)
        problems = dmn.load(data, deployment.imports).problems
    except dmn.DmnRefused as refused:
        report.add("dmn_refused", refused.message, remedy, line=refused.line)
        return
    for problem in problems:
        report.add(
            "dmn_refused",
            f'"{problem.element}": {problem.message}',
            remedy,
            line=problem.line,
            element_id=problem.element,
        )


def _note_id(report: Report, files: dict[str, str], identity: str, what: str, line: int | None) -> None:
    """Remember which file brings an id; the same id from a second file is a finding."""
    if files.setdefault(identity, report.file) != report.file:
        report.add(
            "duplicate_id",
            f"{sentence_case(what)} is in {files[identity]} already; a deployment holds it once.",
            "Rename one of the two, or leave one out.",
            line=line,
            element_id=identity,
        )


def _check_embedded_forms(model: Model, file: str) -> list[Finding]:
    report = DialectReport(file, model)
    for process in model.checked:
        for element in process.element.iter(f"{{{ZEEBE}}}userTaskForm"):
            _check_form(report, element.text or "", element.sourceline, element.get("id"))
    return report.findings


def _check_form(report: Report, text: bytes | str, line: int | None, identity: str | None) -> None:
    try:
        rule, problems = "form_doubtful", forms.load(text).problems()
    except forms.FormRefused as refused:
        rule, problems = "form_refused", refused.problems
    for problem in problems:
        where = f'Component "{problem.component}": ' if problem.component else ""
        report.add(
            rule,
            f"{where}{problem.sentence}",
            problem.remedy,
            line=line,
            element_id=identity or problem.component or None,
        )
