"""FEEL types: does a value belong to one (`instance of`), and how is it brought into one (typeRef, parameters).

Source: DMN 1.5, 10.3.2.9 (type lattice, conformance, implicit conversions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .durations import DaysDuration, MonthsDuration
from .errors import Problem
from .functions import Function
from .kinds import shown
from .ranges import Range
from .runtime import Run
from .temporal import Date, DateTime, Time
from .tree import TypeName

Check = Callable[[Run, Any], bool]


class Type:
    """A set of values; the base class is `Any`."""

    is_any = True
    name = "Any"

    def holds(self, run: Run, value: Any) -> bool:
        """Is the value `instance of` this type?"""
        return value is not None

    def accepts(self, run: Run, value: Any) -> bool:
        """May the value stand where this type is declared? Null may everywhere; allowed values count here only."""
        return value is None or self.holds(run, value)

    def conforms_to(self, other: Type) -> bool:
        """Is every value of this type also one of the other?"""
        return other.is_any or self.name == other.name

    def coerce(self, run: Run, value: Any) -> Any:
        """The value as this type has it; raises Problem when it is none."""
        if self.accepts(run, value):
            return value
        if type(value) is list and len(value) == 1 and not isinstance(self, ListType):
            return self.coerce(run, value[0])
        converted = self.convert(run, value)
        if converted is not None:
            return converted
        raise Problem(f"Expected a value of type {self.name}, but found {shown(value)}.", "type-mismatch")

    def convert(self, run: Run, value: Any) -> Any:
        """What the type's own implicit conversion makes of the value, or None."""
        return None


class SimpleType(Type):
    """A type that is one Python class."""

    is_any = False

    def __init__(self, name: str, kind: type) -> None:
        self.name, self.kind = name, kind

    def holds(self, run: Run, value: Any) -> bool:
        return type(value) is self.kind

    def convert(self, run: Run, value: Any) -> Any:
        return DateTime(value, 0, 0) if self.kind is DateTime and type(value) is Date else None


class NullType(Type):
    """The type whose only value is null."""

    is_any = False
    name = "Null"

    def holds(self, run: Run, value: Any) -> bool:
        return value is None

    def conforms_to(self, other: Type) -> bool:
        return True


class ListType(Type):
    """list<item>"""

    is_any = False

    def __init__(self, item: Type) -> None:
        self.item = item
        self.name = "list" if item.is_any else f"list<{item.name}>"

    def holds(self, run: Run, value: Any) -> bool:
        return self._each(run, value, self.item.holds)

    def accepts(self, run: Run, value: Any) -> bool:
        return value is None or self._each(run, value, self.item.accepts)

    def _each(self, run: Run, value: Any, check: Check) -> bool:
        if type(value) is not list:
            return False
        if self.item.is_any:
            return True
        run.spend(len(value))
        return all(item is None or check(run, item) for item in value)

    def conforms_to(self, other: Type) -> bool:
        return other.is_any or (isinstance(other, ListType) and self.item.conforms_to(other.item))

    def convert(self, run: Run, value: Any) -> Any:
        return [value] if type(value) is not list and self.item.accepts(run, value) else None


class RangeType(Type):
    """range<ends>"""

    is_any = False

    def __init__(self, ends: Type) -> None:
        self.ends = ends
        self.name = "range" if ends.is_any else f"range<{ends.name}>"

    def holds(self, run: Run, value: Any) -> bool:
        return (
            type(value) is Range and self.ends.accepts(run, value.start) and self.ends.accepts(run, value.end)
        )

    def conforms_to(self, other: Type) -> bool:
        return other.is_any or (isinstance(other, RangeType) and self.ends.conforms_to(other.ends))


class ContextType(Type):
    """context<name: type, ...>: a context with at least these entries."""

    is_any = False

    def __init__(self, fields: Mapping[str, Type], name: str = "") -> None:
        self.fields = dict(fields)
        inner = ", ".join(f"{key}: {field.name}" for key, field in self.fields.items())
        self.name = name or (f"context<{inner}>" if inner else "context")

    def holds(self, run: Run, value: Any) -> bool:
        if type(value) is not dict:
            return False
        return all(
            key in value and (value[key] is None or field.holds(run, value[key]))
            for key, field in self.fields.items()
        )

    def accepts(self, run: Run, value: Any) -> bool:
        if type(value) is not dict:
            return value is None
        return all(key in value and field.accepts(run, value[key]) for key, field in self.fields.items())

    def conforms_to(self, other: Type) -> bool:
        if other.is_any:
            return True
        return isinstance(other, ContextType) and all(
            key in self.fields and self.fields[key].conforms_to(field) for key, field in other.fields.items()
        )


class FunctionType(Type):
    """function<parameters> -> result"""

    is_any = False

    def __init__(self, parameters: list[Type] | None, result: Type) -> None:
        self.parameters, self.result = parameters, result
        inner = ", ".join(parameter.name for parameter in parameters or [])
        self.name = "function" if parameters is None else f"function<{inner}> -> {result.name}"

    def holds(self, run: Run, value: Any) -> bool:
        if type(value) is not Function:
            return False
        declared = [kind or ANY for kind in value.parameter_types]
        return FunctionType(declared, value.result_type or UNKNOWN).conforms_to(self)

    def conforms_to(self, other: Type) -> bool:
        if other.is_any:
            return True
        if not isinstance(other, FunctionType):
            return False
        if other.parameters is None:
            return True
        # Parameters the other way round: who accepts more may stand for who accepts less.
        return (
            self.parameters is not None
            and len(self.parameters) == len(other.parameters)
            and all(o.conforms_to(s) for o, s in zip(other.parameters, self.parameters, strict=True))
            and (self.result is UNKNOWN or self.result.conforms_to(other.result))
        )


ANY = Type()
UNKNOWN = Type()  # the result of a function that declares none: only a call would show it
NUMBER = SimpleType("number", Decimal)
STRING = SimpleType("string", str)
BOOLEAN = SimpleType("boolean", bool)
DATE = SimpleType("date", Date)
TIME = SimpleType("time", Time)
DATE_AND_TIME = SimpleType("date and time", DateTime)
DAYS_DURATION = SimpleType("days and time duration", DaysDuration)
MONTHS_DURATION = SimpleType("years and months duration", MonthsDuration)
LIST = ListType(ANY)
CONTEXT = ContextType({})
RANGE = RangeType(ANY)
FUNCTION = FunctionType(None, ANY)

BASIC_TYPES: dict[str, Type] = {
    kind.name: kind
    for kind in (
        ANY,
        NullType(),
        NUMBER,
        STRING,
        BOOLEAN,
        DATE,
        TIME,
        DATE_AND_TIME,
        DAYS_DURATION,
        MONTHS_DURATION,
        LIST,
        CONTEXT,
        RANGE,
        FUNCTION,
    )
}


class TypeTable:
    """The types that have a name: FEEL's own, and those a model defines."""

    def __init__(self, named: Mapping[str, Type] | None = None) -> None:
        self.named = {**BASIC_TYPES, **(named or {})}

    def resolve(self, written: TypeName | Type) -> Type | None:
        """The type that is written so; None when a name in it is unknown."""
        if isinstance(written, Type):
            return written
        if written.fields is not None:
            fields = {key: self.resolve(field) for key, field in written.fields}
            return None if None in fields.values() else ContextType(fields)
        if written.arguments is None:
            return self.named.get(written.name)
        arguments = [self.resolve(argument) for argument in written.arguments]
        if None in arguments:
            return None
        if written.name == "function":
            result = self.resolve(written.result)
            return None if result is None else FunctionType(arguments, result)
        return ListType(arguments[0]) if written.name == "list" else RangeType(arguments[0])


NO_TYPES = TypeTable()
