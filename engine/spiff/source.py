"""One node of a diagram file as the elements read it: attributes, zeebe extensions, event definitions, formulas."""

from __future__ import annotations

from typing import Protocol

from lxml import etree

from engine import feel
from engine.spiff.facts import FormReference
from engine.spiff.failures import ModelRefused
from engine.spiff.formulas import Formula, Value, value
from engine.spiff.mappings import Mapping
from engine.spiff.waits import MessageTrigger, TimerTrigger, Trigger

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_EMBEDDED_FORM = "camunda-forms:bpmn:"


class Document(Protocol):
    """What of the whole file an element may look up by id."""

    messages: dict[str, etree._Element]
    errors: dict[str, etree._Element]
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
        self.type: str = etree.QName(node).localname
        self.line: int | None = node.sourceline
        documentation = self.child("documentation")
        self.documentation = None if documentation is None else (documentation.text or "").strip() or None
        self._extensions = node.find(f"{BPMN}extensionElements")
        self.properties = self._properties()

    def refused(self, sentence: str) -> ModelRefused:
        """The refusal of this model because of this node."""
        return ModelRefused(sentence, self.element_id, self.line)

    def child(self, local_name: str) -> etree._Element | None:
        """The first BPMN child of this name."""
        return self.node.find(f"{BPMN}{local_name}")

    # -- zeebe ------------------------------------------------------------------------------------------------------

    def zeebe(self, local_name: str) -> etree._Element | None:
        """The first zeebe extension element of this name."""
        return None if self._extensions is None else self._extensions.find(f"{ZEEBE}{local_name}")

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
            found.append(Mapping(self.value(node.get("source") or ""), path))
        return tuple(found)

    def headers(self) -> dict[str, str]:
        """The zeebe:taskHeaders."""
        headers = self.zeebe("taskHeaders")
        if headers is None:
            return {}
        return {
            h.get("key"): h.get("value") or "" for h in headers.iterfind(f"{ZEEBE}header") if h.get("key")
        }

    def form(self) -> FormReference | None:
        """The form of a user task or start event."""
        definition = self.zeebe("formDefinition")
        if definition is None:
            return None
        key = self.attribute(definition, "formKey")
        if key and key.startswith(_EMBEDDED_FORM):
            form_id = key.removeprefix(_EMBEDDED_FORM)
            return FormReference(form_id, "deployment", embedded=self.document.embedded_forms.get(form_id))
        return FormReference(
            self.attribute(definition, "formId") or key,
            self.attribute(definition, "bindingType") or "latest",
            self.attribute(definition, "versionTag"),
            self.attribute(definition, "externalReference"),
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

    # -- events -----------------------------------------------------------------------------------------------------

    def event_definition(self) -> etree._Element | None:
        """The one event definition of this event, None for a none event."""
        found = [n for n in self.node if isinstance(n.tag, str) and n.tag.endswith("EventDefinition")]
        found += self.node.findall(f"{BPMN}eventDefinitionRef")
        if len(found) > 1:
            raise self.refused(
                "Expected one event definition in this event, but it has several. Split the event."
            )
        return found[0] if found else None

    def event_trigger(self, allowed: set[str]) -> Trigger | None:
        """The timer or message that this catching event waits for; None for a none event."""
        definition = self.event_definition()
        if definition is None:
            return None
        kind = etree.QName(definition).localname
        if kind not in allowed:
            raise self.refused(
                f"Expected a {self.type} that can be executed, but {kind} is not possible on it."
            )
        return self.timer(definition) if kind == "timerEventDefinition" else self.message(definition)

    def timer(self, definition: etree._Element) -> TimerTrigger:
        """timeDate, timeDuration or timeCycle."""
        times = [
            (kind, definition.find(f"{BPMN}time{kind.title()}")) for kind in ("date", "duration", "cycle")
        ]
        given = [(kind, (node.text or "").strip()) for kind, node in times if node is not None]
        if len(given) != 1 or not given[0][1]:
            raise self.refused("Expected exactly one of date, duration and cycle in this timer. Fill in one.")
        kind, text = given[0]
        return TimerTrigger(kind, self.value(text), text)

    def message(self, referrer: etree._Element) -> MessageTrigger:
        """The message that `messageRef` of the given node names."""
        message = self.document.messages.get(referrer.get("messageRef") or "")
        name = None if message is None else message.get("name")
        if not name:
            raise self.refused(
                f"Expected this {self.type} to refer to a message with a name. Choose or name the message."
            )
        subscription = message.find(f"{BPMN}extensionElements/{ZEEBE}subscription")
        key = self.attribute(subscription, "correlationKey")
        return MessageTrigger(self.value(name), None if key is None else self.formula(key))

    def caught_error_code(self) -> str | None:
        """The code of the error event definition; None catches all."""
        definition = self.event_definition()
        error = self.document.errors.get(definition.get("errorRef") or "")
        return self.attribute(error, "errorCode")

    def thrown_error_code(self) -> Value:
        """The code that an error end event throws."""
        code = self.caught_error_code()
        if code is None:
            raise self.refused(
                "Expected this error end event to refer to an error with a code. Give the error a code."
            )
        return self.value(code)
