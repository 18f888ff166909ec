"""User tasks: who does them, with which form, until when, and who hears of it when they are late."""

from __future__ import annotations

from engine.design_rules.call_graph import static
from engine.design_rules.company import Company, properties
from engine.dialect import values
from engine.dialect.model import BPMN, ZEEBE, Model, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case

_EMBEDDED = "camunda-forms:bpmn:"


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on user tasks, and on the forms of start events."""
    embedded = {process: embedded_forms(process) for process in model.checked}
    for node in model.nodes():
        if node.type == "userTask":
            _check_role(report, node, company)
            _check_has_form(report, node)
            _check_sla(report, node)
            _check_escalation(report, node, company)
        if node.type in ("userTask", "startEvent"):
            _check_form_exists(report, node, company, embedded[node.process])
        if node.type == "startEvent" and node.parent is None and node.trigger == "none":
            _check_who_starts(report, node)


def _check_role(report: DialectReport, node: Node, company: Company) -> None:
    assignment = node.extension("assignmentDefinition")
    given = (
        []
        if assignment is None
        else [
            name
            for name in ("assignee", "candidateGroups", "candidateUsers")
            if (assignment.get(name) or "").strip()
        ]
    )
    if not given and (node.lane is None or not node.lane.name):
        where = "lies in a lane without name" if node.lane is not None else "lies in no lane"
        report.at(
            node.element,
            "role_missing",
            f"{sentence_case(called(node))} {where} and is assigned to nobody: the role for such work gets it (setting default_role).",
            "Draw it into a lane that has the name of a role, or give it a zeebe:assignmentDefinition.",
        )
        return
    groups = static(node, "assignmentDefinition", "candidateGroups")
    wanted = [part.strip() for part in groups.split(",")] if groups else []
    if not given and node.lane is not None and node.lane.name:
        wanted = [node.lane.name]
    for role in wanted:
        if role and company.roles is not None and role not in company.roles:
            report.at(
                node.element,
                "role_unknown",
                f'{sentence_case(called(node))} waits for the role "{role}", which does not exist.',
                "Create the role, or correct the name of the lane or group.",
            )


def _check_has_form(report: DialectReport, node: Node) -> None:
    form = node.extension("formDefinition")
    names = ("formId", "formKey", "externalReference")
    if form is None or not any((form.get(name) or "").strip() for name in names):
        report.at(
            node.element,
            "form_missing",
            f"{sentence_case(called(node))} has no form: people see its variables and a button to complete it.",
            "Give it a zeebe:formDefinition with the id of a form.",
        )


def _check_who_starts(report: DialectReport, node: Node) -> None:
    if node.lane is None or not node.lane.name:
        report.at(
            node.element,
            "start_without_role",
            f"{sentence_case(called(node))} lies in no lane with a name: nobody can start {called(node.process)} by hand, "
            "only another process or a program.",
            "Draw it into the lane of those who start it, if people are to start it.",
        )


def _check_form_exists(report: DialectReport, node: Node, company: Company, embedded: set[str]) -> None:
    form_id, form_key = static(node, "formDefinition", "formId"), static(node, "formDefinition", "formKey")
    if form_id is not None and form_id not in company.forms:
        report.at(
            node.extension("formDefinition"),
            "form_unknown",
            f'{sentence_case(called(node))} shows the form "{form_id[:80]}", which is not deployed.',
            "Deploy that form too, or correct the id; until then the user task is an incident.",
        )
    if form_key is not None and form_key.startswith(_EMBEDDED):
        wanted = form_key.removeprefix(_EMBEDDED)
        if wanted not in embedded:
            report.at(
                node.extension("formDefinition"),
                "dangling_reference",
                f'{sentence_case(called(node))} shows the embedded form "{wanted[:80]}", which its process does not '
                "hold.",
                "Put a zeebe:userTaskForm with that id into the process, or name a deployed form by formId.",
            )


def embedded_forms(process: Process) -> set[str]:
    """The ids of the forms inside of a process."""
    found = process.element.iterfind(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}userTaskForm")
    return {form.get("id", "") for form in found}


def _check_sla(report: DialectReport, node: Node) -> None:
    rules = properties(node)
    sla = rules.get("sla")
    if not sla:
        report.at(
            node.element,
            "sla_missing",
            f"{sentence_case(called(node))} does not say by when it should be done.",
            "Give it a zeebe:property sla with a duration, for instance P1D or PT4H.",
        )
    elif fault := values.timer_fault("duration", sla):
        report.at(
            node.extension("properties"),
            "sla_refused",
            f"The sla of {called(node)} cannot be read. {fault}",
            "Write a duration such as P1D or PT4H.",
        )
    clock = rules.get("sla_clock")
    if clock and clock not in ("working", "calendar"):
        report.at(
            node.extension("properties"),
            "sla_refused",
            f'The sla_clock of {called(node)} is "{clock[:80]}", but must be working or calendar.',
            "Write working (only working time counts) or calendar.",
        )


def _check_escalation(report: DialectReport, node: Node, company: Company) -> None:
    role = properties(node).get("escalate_to")
    if role is None or (
        role and (company.roles is None or role in company.roles or role in company.process_ids)
    ):
        return
    fault = f'is "{role[:80]}", which is no role and no process' if role else "is empty"
    report.at(
        node.extension("properties"),
        "escalation_unknown",
        f"The escalate_to of {called(node)} {fault}.",
        "Name the role that hears of it, or the process that opens, when the step is twice as late as it may be.",
    )
