"""Item definitions as FEEL types: components, collections, allowed values, functions (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from ..feel.compiling import Compiler
from ..feel.compiling.scope import Closure, Scope
from ..feel.errors import FeelError
from ..feel.parsing import parse_unary_tests
from ..feel.parsing.names import Names
from ..feel.runtime import Run
from ..feel.tree import Node
from ..feel.types import ANY, BASIC_TYPES, ContextType, FunctionType, ListType, Type
from .errors import ModelProblem
from .reader import child, children, name_of, text_of, type_ref

# Names of types as other versions and tools write them.
_ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "days and time duration": "days and time duration",
    "any": "Any",
    "integer": "number",
    "long": "number",
    "double": "number",
}


class ConstrainedType(Type):
    """A type of which only some values are allowed; `order` lists them as written, the most important first."""

    is_any = False

    def __init__(self, name: str, base: Type, allowed: Closure, order: list[Node]) -> None:
        self.name, self.base, self.allowed, self.order = name, base, allowed, order

    def holds(self, run: Run, value: Any) -> bool:
        return self.base.holds(run, value)

    def accepts(self, run: Run, value: Any) -> bool:
        return value is None or (self.base.accepts(run, value) and self.allowed(run, (value, None)) is True)

    def conforms_to(self, other: Type) -> bool:
        return self is other or self.base.conforms_to(other)

    def convert(self, run: Run, value: Any) -> Any:
        converted = self.base.convert(run, value)
        return converted if converted is not None and self.accepts(run, converted) else None


class NamedType(Type):
    """A type known by name whose definition is found later: item definitions may refer to each other."""

    is_any = False

    def __init__(self, name: str, find: Callable[[], Type]) -> None:
        self.name, self._find = name, find

    @property
    def definition(self) -> Type:
        return self._find()

    def holds(self, run: Run, value: Any) -> bool:
        return self.definition.holds(run, value)

    def accepts(self, run: Run, value: Any) -> bool:
        return self.definition.accepts(run, value)

    def conforms_to(self, other: Type) -> bool:
        return self is other or other.is_any or self.name == other.name or self.definition.conforms_to(other)

    def convert(self, run: Run, value: Any) -> Any:
        return self.definition.convert(run, value)


class ItemTypes:
    """All types of one model: FEEL's own, its item definitions, and those of its imports by qualified name."""

    def __init__(self, definitions: etree._Element, imported: Mapping[str, Type]) -> None:
        self.xml = {name_of(item): item for item in children(definitions, "itemDefinition")}
        self.types: dict[str, Type] = {**BASIC_TYPES, **imported}
        self.own: dict[str, Type] = {}
        self.problems: list[ModelProblem] = []
        self._building: set[str] = set()
        for name in self.xml:
            self.named(name)

    def named(self, name: str) -> Type | None:
        """The type of this name, built when it is first asked for."""
        if name in self.own:
            return self.own[name]
        if name in self.xml:
            if name in self._building:
                return NamedType(name, lambda: self.own[name])
            self._building.add(name)
            self.own[name] = self.types[name] = self._item(self.xml[name], name)
            return self.own[name]
        return self.types.get(name)

    def referred(self, written: str | None, at: etree._Element) -> Type:
        """The type a typeRef means; an unknown one is a problem of the model and counts as Any."""
        if written is None:
            return ANY
        name = " ".join(written.split())
        plain = name.partition(":")[2] if ":" in name else name
        for candidate in (name, plain, name.replace(":", "."), _ALIASES.get(plain, "")):
            found = self.named(candidate) if candidate else None
            if found is not None:
                return found
        message = f"There is no type named '{name}'. Define it as an item definition or use one of FEEL's."
        self.problems.append(ModelProblem(name_of(at), at.sourceline, message))
        return ANY

    def _item(self, item: etree._Element, name: str) -> Type:
        function = child(item, "functionItem")
        components = list(children(item, "itemComponent"))
        if function is not None:
            parameters = [
                self.referred(type_ref(parameter), item) for parameter in children(function, "parameters")
            ]
            built: Type = FunctionType(parameters, self.referred(function.get("outputTypeRef"), item))
        elif components:
            fields = {
                name_of(component): self._item(component, name_of(component)) for component in components
            }
            built = ContextType(fields, name)
        else:
            built = self.referred(type_ref(item), item)
        is_collection = item.get("isCollection") == "true"
        built = self._constrained(item, "allowedValues", name, built)
        if is_collection:
            built = ListType(built)
        return self._constrained(item, "typeConstraint", name, built)

    def _constrained(self, item: etree._Element, tag: str, name: str, base: Type) -> Type:
        constraint = child(item, tag)
        text = text_of(constraint).strip()
        if not text:
            return base
        try:
            tests = parse_unary_tests(text, Names())
            allowed = Compiler().compile(tests, Scope("?", None))
        except FeelError as error:
            line = constraint.sourceline
            self.problems.append(ModelProblem(name, line, f"Allowed values: {error.message}", error.position))
            return base
        return ConstrainedType(name, base, allowed, [test for test, _ in tests.tests])

    def component_names(self) -> set[str]:
        """All names that may stand behind a dot because some item definition has such a component."""
        return {name_of(item) for root in self.xml.values() for item in root.iter("{*}itemComponent")}
