"""Ad-hoc sub-processes: there is something to start, nothing that starts or ends by itself, and one who decides."""

from __future__ import annotations

from engine.dialect import event_places, gathering, table, undoing
from engine.dialect.model import Model, Node, children, local
from engine.dialect.report import DialectReport, called, sentence_case


def check(report: DialectReport, model: Model) -> None:
    """All rules on ad-hoc sub-processes of one file."""
    for node in model.nodes():
        if node.type == "adHocSubProcess" and node.supported and not node.is_inside_refused:
            _check_inside(report, node)
            _check_joins(report, node)
            _check_worker(report, node)
            gathering.check_output(report, node, node.extension("adHoc"), "ad_hoc_refused")
            gathering.check_completion(report, node.element)


def startable(node: Node) -> list[Node]:
    """The inner elements of an ad-hoc sub-process that a path may begin with, in the order drawn."""
    return [
        each
        for each in node.children
        if not each.incoming
        and each.type not in ("startEvent", "endEvent", "boundaryEvent")
        and not (each.type == "intermediateCatchEvent" and each.trigger == "link")
        and not each.is_event_sub_process
        and not undoing.is_handler(each)
    ]


def _check_inside(report: DialectReport, node: Node) -> None:
    for each in node.children:
        if each.type in ("startEvent", "endEvent"):
            report.at(
                each.element,
                "ad_hoc_refused",
                f"{sentence_case(called(each))} lies in {called(node)}, where every step begins and ends by itself.",
                "Take the event away; an ad-hoc sub-process is over when its completion condition is true or all that was "
                "started is done.",
            )
    has_activity = any(table.ELEMENTS[each.type].kind == table.ACTIVITY for each in node.children)
    if not has_activity or not startable(node):
        found = "no activity" if not has_activity else "no step without incoming flow"
        report.at(
            node.element,
            "ad_hoc_refused",
            f"{sentence_case(called(node))} has {found}, so nothing in it could ever be started.",
            "Draw the steps that may be started into it.",
        )


def _check_joins(report: DialectReport, node: Node) -> None:
    """A path meets nobody else's: what a parallel gateway joins must come from one step."""
    begins = {each: _reached_from(each) for each in startable(node)}
    for gateway in node.children:
        if gateway.type != "parallelGateway" or len(gateway.incoming) < 2:
            continue
        sources = {flow.source for flow in gateway.incoming if flow.source is not None}
        if sources and not any(sources <= reached for reached in begins.values()):
            report.at(
                gateway.element,
                "ad_hoc_refused",
                f"{sentence_case(called(gateway))} waits in {called(node)} for flows that no single step leads to: what is "
                "begun by itself goes its own way and is never joined with others.",
                "Put the steps that belong together into an embedded sub-process.",
            )


def _reached_from(start: Node) -> set[Node]:
    seen: set[Node] = set()
    todo = [start]
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            todo += [flow.target for flow in each.outgoing if flow.target is not None]
            todo += [*each.boundaries, *event_places.link_catches(each)]
    return seen


def _check_worker(report: DialectReport, node: Node) -> None:
    """Source: Camunda 8, modeler/bpmn/ad-hoc-subprocesses, and the validation of its engine."""
    if node.extension("taskDefinition") is None:
        return
    extension = node.extension("adHoc")
    too_much = [
        name
        for name, is_there in (
            ("activeElementsCollection", extension is not None and extension.get("activeElementsCollection")),
            (
                "a completion condition",
                any(local(p) == "completionCondition" for p in children(node.element)),
            ),
            (
                'cancelRemainingInstances="false"',
                node.element.get("cancelRemainingInstances") in ("false", "0"),
            ),
        )
        if is_there
    ]
    if too_much:
        report.at(
            node.element,
            "ad_hoc_refused",
            f"{sentence_case(called(node))} is directed by a worker and has {' and '.join(too_much)}, too, but only one of "
            "them can decide.",
            "Take it away: the worker says what begins, when it is enough and whether the rest is cancelled. Or take the "
            "zeebe:taskDefinition away.",
        )
