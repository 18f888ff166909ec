"""Where events may stand and what they share: event sub-processes, several triggers in one event, links, catchers."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.dialect import table
from engine.dialect.model import Model, Node, Process, children, extension, local
from engine.dialect.report import DialectReport, called, sentence_case

_MOST_CATCHES = 8  # of one name; two are refused anyhow
_ONLY_IN_EVENT_SUB_PROCESSES = ("error", "escalation", "compensation")


def check(report: DialectReport, model: Model) -> None:
    """All rules on the places of events of one file."""
    for process in model.checked:
        _check_start_conditions(report, process)
        for scope in [None, *(node for node in process.nodes if node.children)]:
            inside = process.scope(scope)
            _check_links(report, inside)
            _check_catchers(report, model, scope, inside)
        for node in process.nodes:
            if not node.supported or node.is_inside_refused:
                continue
            _check_several(report, node)
            if node.is_event_sub_process:
                _check_event_sub_process(report, node)
            elif node.type == "startEvent" and node.parent is None:
                _check_process_start(report, node)


# -- event sub-processes ------------------------------------------------------------------------------------------------


def _check_event_sub_process(report: DialectReport, node: Node) -> None:
    starts = node.starts
    if len(starts) != 1:
        report.at(
            node.element,
            "event_sub_process_start",
            f"{sentence_case(called(node))} must have exactly one start event, but has {len(starts) or 'none'}.",
            "Draw one start event with the trigger by which it begins.",
        )
    for start in starts:
        if not start.definitions:
            report.at(
                start.element,
                "event_sub_process_start",
                f"{sentence_case(called(start))} begins {called(node)}, but has no trigger: it would never begin.",
                "Give it a timer, message, signal, condition, error or escalation.",
            )
    for flow in [*node.incoming, *node.outgoing]:
        report.at(
            flow.element,
            "event_sub_process_alone",
            f"{sentence_case(called(flow))} leads into or out of {called(node)}, which begins by its start event only.",
            "Take the flow away, or make it an embedded sub-process.",
        )
    for boundary in node.boundaries:
        report.at(
            boundary.element,
            "event_sub_process_alone",
            f"{sentence_case(called(boundary))} is attached to {called(node)}, which can have no boundary events.",
            "Put the steps inside into an embedded sub-process, and attach it there.",
        )
    if node.element.get("isForCompensation", "false") in ("true", "1"):
        report.at(
            node.element,
            "event_sub_process_alone",
            f"{sentence_case(called(node))} is marked for compensation, but begins by its start event only.",
            "Take the mark away, or put the steps that undo into an embedded sub-process with it.",
        )
    for part in children(node.element):
        if local(part) in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            report.at(
                part,
                "event_sub_process_alone",
                f"{sentence_case(called(node))} has a loop mark, but begins whenever its start event happens.",
                "Take the mark away, or put a sub-process with it inside.",
            )


def _check_process_start(report: DialectReport, node: Node) -> None:
    for trigger in node.triggers:
        if trigger in _ONLY_IN_EVENT_SUB_PROCESSES:
            report.at(
                node.element,
                "start_trigger",
                f"{sentence_case(called(node))} starts {called(node.process)} by {_a(trigger)}, which can only begin an event "
                "sub-process.",
                "Start the process by hand, by a message, a signal, a condition or a timer, or put the event into an event "
                "sub-process.",
            )
    if node.trigger == "parallel multiple":
        report.at(
            node.element,
            "start_trigger",
            f"{sentence_case(called(node))} starts {called(node.process)} when all of its triggers have happened, but "
            "there is no instance yet that could wait for the others.",
            "Start with one of them, and wait for the others behind it.",
        )


def _a(trigger: str) -> str:
    return f"{'an' if trigger[0] in 'aeiou' else 'a'} {trigger}"


def _check_start_conditions(report: DialectReport, process: Process) -> None:
    """Source: Camunda 8, modeler/bpmn/conditional-events: each condition is unique among those that start a process."""
    found: dict[str, etree._Element] = {}
    for start in process.scope(None):
        for trigger, definition in start.parts if start.type == "startEvent" else ():
            texts = [each.text or "" for each in children(definition) if local(each) == "condition"]
            text = texts[0].strip().removeprefix("=").strip() if texts else ""
            first = found.setdefault(text, definition)
            if trigger == "conditional" and text and first is not definition:
                report.at(
                    start.element,
                    "condition_twice",
                    f"{sentence_case(called(start))} starts {called(process)} by the same condition as "
                    f"{called(first.getparent())}: both would always begin together.",
                    "Leave one of the two.",
                )


# -- several triggers ---------------------------------------------------------------------------------------------------


def _check_several(report: DialectReport, node: Node) -> None:
    if len(node.triggers) < 2:
        return
    needs_all = node.trigger == "parallel multiple"
    allowed = table.TOGETHER.get(node.type, frozenset())
    if needs_all:
        allowed &= table.ALL_TOGETHER
    for trigger in dict.fromkeys(node.triggers):
        if trigger not in allowed:
            report.at(
                node.element,
                "event_definitions",
                f"{sentence_case(called(node))} has several triggers ({', '.join(node.triggers)}), but {trigger} cannot be "
                f"one of several{' that must all happen' if needs_all else ''} here.",
                "Draw an event of its own for it.",
            )
    ends = [trigger for trigger in ("error", "terminate") if trigger in node.triggers]
    if "cancel" in node.triggers and ends and node.type == "endEvent":
        report.at(
            node.element,
            "event_definitions",
            f"{sentence_case(called(node))} ends its transaction in two ways: by cancel and by {ends[0]}.",
            "Leave one of the two.",
        )
    job = extension(node.element, "taskDefinition")
    if job is not None:
        report.at(
            job,
            "misplaced_extension",
            f"{sentence_case(called(node))} has several results and a zeebe:taskDefinition, but is no single job.",
            "Draw the work as an event or task of its own.",
        )


# -- links --------------------------------------------------------------------------------------------------------------


def link_name(node: Node) -> str | None:
    """The name by which a link event finds its other end; None where it is empty, or for what is no link event."""
    if node.trigger != "link":
        return None
    return (node.definitions[0].get("name") or "").strip() or None


def link_catches(node: Node) -> list[Node]:
    """The catch events in the same scope that a link throw event leads to; exactly one in a sound model."""
    name = link_name(node)
    if name is None or node.type != "intermediateThrowEvent":
        return []
    return node.process.link_catches.get((node.parent, name), [])[:_MOST_CATCHES]


def _check_links(report: DialectReport, inside: list[Node]) -> None:
    caught: dict[str, Node] = {}
    for node in inside:
        if node.trigger != "link":
            continue
        throws = node.type == "intermediateThrowEvent"
        name = link_name(node)
        if name is None:
            report.at(
                node.element,
                "link_refused",
                f"{sentence_case(called(node))} has no link name: it leads nowhere.",
                "Give both ends of the link the same link name.",
            )
        elif throws and not link_catches(node):
            report.at(
                node.element,
                "link_refused",
                f'{sentence_case(called(node))} leads to the link "{name[:80]}", which no link catch event of its scope has.',
                "Draw the link catch event with this link name, in the same process or sub-process.",
            )
        elif not throws and name in caught:
            report.at(
                node.element,
                "link_refused",
                f'{sentence_case(called(node))} catches the link "{name[:80]}", which {called(caught[name])} catches already.',
                "Leave one of the two, or give one another link name.",
            )
        if not throws and name is not None:
            caught.setdefault(name, node)
        for flow in node.outgoing if throws else node.incoming:
            report.at(
                flow.element,
                "link_refused",
                f"{sentence_case(called(flow))} {'leaves' if throws else 'leads into'} {called(node)}, but the way goes over "
                "the link there.",
                "Take the flow away, or the link.",
            )


# -- what catches in one place --------------------------------------------------------------------------------------------


def _check_catchers(report: DialectReport, model: Model, scope: Node | None, inside: list[Node]) -> None:
    """Codes: the event sub-processes and boundary events of one activity are one list; names: each of the two is."""
    starts = [start for each in inside if each.is_event_sub_process for start in each.starts]
    _check_codes(report, model, scope, [*starts, *(scope.boundaries if scope is not None else ())])
    _check_names(report, model, starts)
    for node in inside:
        if not node.children:
            _check_codes(report, model, node, node.boundaries)
        _check_names(report, model, node.boundaries, node)
        if node.type == "intermediateCatchEvent":
            _check_names(report, model, [node])
        elif node.type == "eventBasedGateway":
            _check_race(report, model, node)
    if scope is None:
        _check_names(report, model, [node for node in inside if node.type == "startEvent"])


def _check_codes(report: DialectReport, model: Model, owner: Node | None, catchers: Iterable[Node]) -> None:
    found: dict[tuple[str, str | None], etree._Element] = {}
    for catcher in catchers:
        for trigger, definition in catcher.parts:
            if trigger not in ("error", "escalation"):
                continue
            thing = model.definition(definition.get(f"{trigger}Ref"), trigger)
            if thing is None and definition.get(f"{trigger}Ref"):
                continue  # a dangling reference is a finding of its own
            code = thing.get(f"{trigger}Code") if thing is not None else None
            first = found.setdefault((trigger, code), definition)
            if first is not definition:
                what = f'the {trigger} "{code}"' if code else f"all {trigger}s"
                report.at(
                    catcher.element,
                    f"{trigger}_caught_twice",
                    f"{_owner(owner, catcher)} catches {what} twice: at {called(first.getparent())} and at {called(catcher)}.",
                    "Leave one of the two.",
                )


def _check_names(
    report: DialectReport,
    model: Model,
    catchers: Iterable[Node],
    own: Node | None = None,
) -> None:
    found: dict[tuple[str, str], etree._Element] = {}
    if own is not None and own.type == "receiveTask":
        name = _name(model, "message", own.element)
        if name is not None:
            found["message", name] = own.element
    for catcher in catchers:
        for trigger, definition in catcher.parts:
            name = _name(model, trigger, definition)
            if name is None:
                continue
            first = found.setdefault((trigger, name), definition)
            if first is not definition:
                report.at(
                    catcher.element,
                    f"{trigger}_twice",
                    f'{sentence_case(called(catcher))} waits for the {trigger} "{name[:80]}", for which {called(_event_of(first))} '
                    "waits there already.",
                    f"Leave one of the two, or give one another {trigger}.",
                )


def _check_race(report: DialectReport, model: Model, gateway: Node) -> None:
    """Behind an event-based gateway one event must not wait for what others wait for: the first drawn would always win."""
    drawn: dict[tuple[str, str, str], Node] = {}
    for event in (flow.target for flow in gateway.outgoing if flow.target is not None):
        parts = [("message", event.element)] if event.type == "receiveTask" else list(event.parts)
        waits = [_awaited(model, trigger, definition) for trigger, definition in parts]
        if waits and all(each in drawn for each in waits):
            trigger, name, _ = waits[0]
            report.at(
                event.element,
                f"{trigger}_twice",
                f'{sentence_case(called(event))} waits for the {trigger} "{name[:80]}", for which {called(drawn[waits[0]])} '
                "waits behind the same gateway: it would never be first.",
                f"Leave one of the two, or give one another {trigger}.",
            )
        drawn |= {each: event for each in waits if each is not None and each not in drawn}


def _awaited(model: Model, trigger: str, definition: etree._Element) -> tuple[str, str, str] | None:
    """Trigger, name and correlation key; None for what has no name."""
    name = _name(model, trigger, definition)
    if name is None:
        return None
    key = extension(model.definition(definition.get(f"{trigger}Ref"), trigger), "subscription")
    return trigger, name, "" if key is None else key.get("correlationKey") or ""


def _event_of(definition: etree._Element) -> etree._Element:
    return definition.getparent() if local(definition) in table.TRIGGER_OF_DEFINITION else definition


def _name(model: Model, trigger: str, definition: etree._Element) -> str | None:
    if trigger not in ("message", "signal"):
        return None
    found = model.definition(definition.get(f"{trigger}Ref"), trigger)
    return (found.get("name") or None) if found is not None else None


def _owner(owner: Node | None, catcher: Node) -> str:
    return sentence_case(called(catcher.process if owner is None else owner))
