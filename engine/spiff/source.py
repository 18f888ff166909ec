"""One node of a diagram file as the elements read it: attributes, zeebe extensions, event definitions, formulas."""

from __future__ import annotations

from typing import Protocol

from lxml import etree

from engine import feel
from engine.spiff.facts import FormReference
from engine.spiff.failures import ModelRefused
from engine.spiff.formulas import Formula, Value, value
from engine.spiff.mappings import Mapping
from engine.spiff.waits import ConditionTrigger, MessageTrigger, SignalTrigger, TimerTrigger, Trigger

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_EMBEDDED_FORM = "camunda-forms:bpmn:"


class Document(Protocol):
    """What of the whole file an element may look up by id."""

    messages: dict[str, etree._Element]
    errors: dict[str, etree._Element]
    signals: dict[str, etree._Element]
    escalations: dict[str, etree._Element]
    embedded_forms: dict[str, str]


class Source:
    """A flow node (or process) of the file. lane: own or that of the enclosing sub-process."""

    def __init__(self, node: etree._Element, document: Document, lane: str | None, parent: str | None):
        self.node = node
        self.document = document
        self.lane = lane
        self.parent = parent
        self.element_id: str = node.get("id")
        self.spec_id = self.element_id  # the name of the element in the state
        self.name: str = node.get("name") or ""
        self.type: str = type_of(node)
        self.line: int | None = node.sourceline
        documentation = self.child("documentation")
        self.documentation = None if documentation is None else (documentation.text or "").strip() or None
        # The first extension of each name; an element asks for a dozen of them, and most have none.
        self._extensions: dict[str, etree._Element] = {}
        holder = self.child("extensionElements")
        for extension in () if holder is None else holder.iterchildren(etree.Element):
            self._extensions.setdefault(extension.tag, extension)
        self.properties = self._properties()

    def bare(self, spec_id: str) -> Source:
        """The same node as an element of its own kind reads it: id, name and lane, without what is inside."""
        node = etree.Element(self.node.tag, {k: self.node.get(k) for k in ("id", "name") if self.node.get(k)})
        source = Source(node, self.document, self.lane, self.parent)
        source.spec_id, source.line = spec_id, self.line
        return source

    def refused(self, sentence: str) -> ModelRefused:
        """The refusal of this model because of this node."""
        return ModelRefused(sentence, self.element_id, self.line)

    def child(self, local_name: str) -> etree._Element | None:
        """The first BPMN child of this name."""
        return first_child(self.node, f"{BPMN}{local_name}")

    # -- zeebe ------------------------------------------------------------------------------------------------------

    def zeebe(self, local_name: str) -> etree._Element | None:
        """The first zeebe extension element of this name."""
        return self._extensions.get(f"{ZEEBE}{local_name}") if self._extensions else None

    @staticmethod
    def attribute(node: etree._Element | None, name: str) -> str | None:
        """An attribute that says something, None when it is missing or empty."""
        return None if node is None else node.get(name) or None

    def value_attribute(self, node: etree._Element | None, name: str) -> Value | None:
        """An attribute that may be an expression."""
        text = self.attribute(node, name)
        return None if text is None else self.value(text)

    def mappings(self, direction: str) -> tuple[Mapping, ...]:
        """The zeebe:input or zeebe:output mappings."""
        io_mapping = self.zeebe("ioMapping")
        if io_mapping is None:
            return ()
        found = []
        for node in io_mapping.iterfind(f"{ZEEBE}{direction}"):
            target = (node.get("target") or "").strip()
            path = tuple(target.split("."))
            if not all(path):
                raise self.refused(f'Expected an {direction} mapping to have a target, but it is "{target}".')
            # Camunda 8: without a source the variable is null.
            found.append(Mapping(self.value(node.get("source") or "=null"), path))
        return tuple(found)

    def headers(self) -> dict[str, str]:
        """The zeebe:taskHeaders."""
        return _headers(self.zeebe("taskHeaders"))

    def job_priority(self) -> Value | None:
        """The zeebe:jobPriorityDefinition."""
        return self.value_attribute(self.zeebe("jobPriorityDefinition"), "priority")

    def listeners(self, name: str) -> list[tuple[str, str, str | None, dict[str, str]]]:
        """(event, type, retries, headers) of each zeebe:executionListener or zeebe:taskListener."""
        holder = self.zeebe(f"{name}s")
        if holder is None:
            return []
        return [
            (
                one.get("eventType") or "",
                one.get("type") or "",
                self.attribute(one, "retries"),
                _headers(first_child(one, f"{ZEEBE}taskHeaders")),
            )
            for one in holder.iterfind(f"{ZEEBE}{name}")
        ]

    def form(self) -> FormReference | None:
        """The form of a user task or start event."""
        definition = self.zeebe("formDefinition")
        if definition is None:
            return None
        key = self.attribute(definition, "formKey")
        if key and key.startswith(_EMBEDDED_FORM):
            form_id = key.removeprefix(_EMBEDDED_FORM)
            return FormReference(form_id, "deployment", embedded=self.document.embedded_forms.get(form_id))
        # A key that is no embedded form names one of another application, as an external reference does.
        return FormReference(
            self.attribute(definition, "formId"),
            self.attribute(definition, "bindingType") or "latest",
            self.attribute(definition, "versionTag"),
            self.attribute(definition, "externalReference") or key,
        )

    def _properties(self) -> dict[str, str]:
        properties = self.zeebe("properties")
        if properties is None:
            return {}
        return {
            p.get("name"): p.get("value") or ""
            for p in properties.iterfind(f"{ZEEBE}property")
            if p.get("name")
        }

    # -- formulas ---------------------------------------------------------------------------------------------------

    def value(self, text: str) -> Value:
        """A text that may be an expression. Raises ModelRefused."""
        try:
            return value(text)
        except feel.FeelError as error:
            raise self.refused(f'Expected a FEEL expression, but "{text}" is none: {error}.') from None

    def formula(self, text: str | None) -> Formula:
        """A text that must be an expression, with or without `=`. Raises ModelRefused."""
        try:
            return Formula(text or "")
        except feel.FeelError as error:
            raise self.refused(f'Expected a FEEL expression, but "{text or ""}" is none: {error}.') from None

    def formula_in(self, holder: etree._Element, local_name: str) -> Formula | None:
        """The formula that the BPMN child of this name holds; None where it is missing or empty. Raises ModelRefused."""
        node = first_child(holder, f"{BPMN}{local_name}")
        text = "" if node is None else (node.text or "").strip()
        return self.formula(text) if text else None

    # -- events -----------------------------------------------------------------------------------------------------

    def event_definitions(self) -> list[etree._Element]:
        """The event definitions of this event, in drawn order; none for a none event."""
        found = [n for n in self.node.iterchildren(etree.Element) if n.tag.endswith("EventDefinition")]
        return [*found, *self.node.iterchildren(f"{BPMN}eventDefinitionRef")]

    def event_definition(self) -> etree._Element | None:
        """The one event definition of this event, None for a none event."""
        found = self.event_definitions()
        if len(found) > 1:
            raise self.refused(
                "Expected one event definition in this event, but it has several. Split the event."
            )
        return found[0] if found else None

    def is_parallel_multiple(self) -> bool:
        """Whether all triggers must happen, not any one of them."""
        return self.node.get("parallelMultiple", "false") in ("true", "1")

    def triggers(self, besides: tuple[str, ...] = ()) -> tuple[Trigger, ...]:
        """What this catching event waits for. besides: other kinds of definitions that it may have."""
        read = {
            "timer": self.timer,
            "message": self.message,
            "signal": self.signal,
            "conditional": self.condition,
        }
        found = []
        for definition in self.event_definitions():
            local_name = type_of(definition)
            kind = local_name.removesuffix("EventDefinition")
            if kind in read:
                found.append(read[kind](definition))
            elif kind not in besides:
                raise self.refused(
                    f"Expected a {self.type} that can be executed, but {local_name} is not possible on it."
                )
        return tuple(found)

    def timer(self, definition: etree._Element) -> TimerTrigger:
        """timeDate, timeDuration or timeCycle."""
        times = [
            (kind, first_child(definition, f"{BPMN}time{kind.title()}"))
            for kind in ("date", "duration", "cycle")
        ]
        given = [(kind, (node.text or "").strip()) for kind, node in times if node is not None]
        if len(given) != 1 or not given[0][1]:
            raise self.refused("Expected exactly one of date, duration and cycle in this timer. Fill in one.")
        kind, text = given[0]
        return TimerTrigger(kind, self.value(text), text)

    def message(self, referrer: etree._Element) -> MessageTrigger:
        """The message that `messageRef` of the given node names."""
        message = self._named("message", self.document.messages, referrer.get("messageRef"))
        subscription = message.find(f"{BPMN}extensionElements/{ZEEBE}subscription")
        key = self.attribute(subscription, "correlationKey")
        return MessageTrigger(self.value(message.get("name")), None if key is None else self.formula(key))

    def signal(self, definition: etree._Element) -> SignalTrigger:
        """The signal that `signalRef` of the event definition names."""
        signal = self._named("signal", self.document.signals, definition.get("signalRef"))
        return SignalTrigger(self.value(signal.get("name")))

    def condition(self, definition: etree._Element) -> ConditionTrigger:
        """The condition of the event definition with its zeebe:conditionalFilter."""
        formula = self.formula_in(definition, "condition")
        if formula is None:
            raise self.refused("Expected this conditional event to have a condition, but it is empty.")
        filter = definition.find(f"{BPMN}extensionElements/{ZEEBE}conditionalFilter")
        return ConditionTrigger(formula, _listed(filter, "variableNames"), _listed(filter, "variableEvents"))

    def reference(self, name: str) -> str:
        """The id that an attribute of this node names, "" where it names nothing."""
        return id_in(self.node.get(name))

    def link_name(self) -> str:
        """The name of the link event definition."""
        name = self.attribute(self.event_definition(), "name")
        if name is None:
            raise self.refused("Expected this link event to have a link name, but it is empty. Fill it in.")
        return name

    def caught_error_codes(self) -> tuple[str | None, ...]:
        """The codes of the errors that this event catches; None catches all."""
        return tuple(self._error_code(each) for each in self._definitions("errorEventDefinition"))

    def caught_escalation_codes(self) -> tuple[str | None, ...]:
        """The codes of the escalations that this event catches; None catches all."""
        return tuple(self._escalation_code(each) for each in self._definitions("escalationEventDefinition"))

    def thrown_error_code(self, definition: etree._Element) -> Value:
        """The code that an error end event throws."""
        code = self._error_code(definition)
        if code is None:
            raise self.refused(
                "Expected this error end event to refer to an error with a code. Give the error a code."
            )
        return self.value(code)

    def thrown_escalation_code(self, definition: etree._Element) -> Value:
        """The code that an escalation throw or end event throws."""
        code = self._escalation_code(definition)
        if code is None:
            raise self.refused(
                "Expected this escalation event to refer to an escalation with a code. Give the escalation a code."
            )
        return self.value(code)

    def _definitions(self, local_name: str) -> list[etree._Element]:
        return [each for each in self.event_definitions() if type_of(each) == local_name]

    def _error_code(self, definition: etree._Element) -> str | None:
        return self.attribute(self.document.errors.get(id_in(definition.get("errorRef"))), "errorCode")

    def _escalation_code(self, definition: etree._Element) -> str | None:
        escalation = self.document.escalations.get(id_in(definition.get("escalationRef")))
        return self.attribute(escalation, "escalationCode")

    def _named(self, what: str, known: dict[str, etree._Element], reference: str | None) -> etree._Element:
        found = known.get(id_in(reference))
        if found is None or not found.get("name"):
            raise self.refused(
                f"Expected this {self.type} to refer to a {what} with a name. Choose or name the {what}."
            )
        return found


# Asked of every node of a file: etree.QName and `find` with a path take three times as long.


def type_of(node: etree._Element) -> str:
    """The tag of a node without its namespace."""
    return node.tag.rpartition("}")[2]


def first_child(node: etree._Element, tag: str) -> etree._Element | None:
    """The first child with this tag."""
    return next(node.iterchildren(tag), None)


def id_in(reference: str | None) -> str:
    """The id in a reference, without blanks and namespace prefix: `tns:order` is `order` (as the gate reads it)."""
    return (reference or "").strip().rpartition(":")[2]


def _listed(node: etree._Element | None, name: str) -> frozenset[str]:
    text = "" if node is None else node.get(name) or ""
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _headers(holder: etree._Element | None) -> dict[str, str]:
    if holder is None:
        return {}
    return {h.get("key"): h.get("value") or "" for h in holder.iterfind(f"{ZEEBE}header") if h.get("key")}
