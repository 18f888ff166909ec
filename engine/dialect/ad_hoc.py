"""Ad-hoc sub-processes: there is something to start, nothing that starts or ends by itself, and the list names what exists."""

from __future__ import annotations

from engine.dialect import expressions, table, undoing
from engine.dialect.model import Model, Node, children, local
from engine.dialect.report import DialectReport, called, sentence_case


def check(report: DialectReport, model: Model) -> None:
    """All rules on ad-hoc sub-processes of one file."""
    for node in model.nodes():
        if node.type == "adHocSubProcess" and node.supported and not node.is_inside_refused:
            _check_inside(report, node)
            _check_output(report, node)
            for part in children(node.element):
                if local(part) == "completionCondition":
                    expressions.check(report, part, "the completion condition", part.text or "")


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


def _check_output(report: DialectReport, node: Node) -> None:
    extension = node.extension("adHoc")
    if extension is None:
        return
    has_list, has_element = (bool(extension.get(name)) for name in ("outputCollection", "outputElement"))
    if has_list != has_element:
        there, missing = (
            ("outputCollection", "outputElement") if has_list else ("outputElement", "outputCollection")
        )
        report.at(
            extension,
            "ad_hoc_refused",
            f"{sentence_case(called(node))} has {there}, but no {missing}: nothing would be collected.",
            f"Fill in {missing}, or take {there} away.",
        )
