"""FEEL as the models use it: `=` in front means an expression, everything else is text.

A formula is compiled when the diagram is read and evaluated with exactly those variables whose names it mentions.
"""

from __future__ import annotations

from typing import Any

from engine import feel
from engine.spiff import scopes
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure
from engine.spiff.token import Token


class Formula:
    """A compiled FEEL expression."""

    __slots__ = ("expression", "names", "text")

    def __init__(self, text: str):
        """Compile the text (with or without `=`). Raises feel.FeelError when it is not FEEL."""
        self.text = text.strip()
        self.expression = feel.compile(self.text.removeprefix("="), functions_are_values=False)
        self.names = tuple(sorted(self.expression.names))

    def result(self, token: Token, extra: dict[str, Any] | None, kind: str) -> feel.Result:
        """Evaluate in the scope of the token; `extra` covers its variables. Raises Failure(kind)."""
        context = scopes.read(token, self.names)
        if extra:
            context.update(extra)
        try:
            return self.expression.evaluate(context, token.workflow.surroundings.now)
        except feel.FeelError as error:
            raise Failure(
                kind, f"{self.quoted(context)} could not be evaluated: {str(error).rstrip('.')}."
            ) from None

    def of(self, token: Token, extra: dict[str, Any] | None = None, kind: str = EXTRACT_VALUE_ERROR) -> Any:
        """The value as plain data. Raises Failure(kind)."""
        value = self.result(token, extra, kind).value
        try:
            return feel.to_json(value)
        except feel.FeelError as error:
            raise Failure(kind, f'"{self.text}" gives no value that can be kept: {error}.') from None

    def holds(self, token: Token, extra: dict[str, Any] | None, kind: str) -> bool:
        """The value of a condition. Raises Failure(kind) with all that helps to find the mistake if it is no boolean."""
        result = self.result(token, extra, kind)
        value = result.value
        if value is True or value is False:
            return value
        seen = scopes.read(token, self.names) | (extra or {})
        reasons = " ".join(f"{d.message.rstrip('.')}." for d in result.diagnostics)
        raise Failure(
            kind,
            f"Expected the condition {self.quoted(seen)} to be true or false, but it is {say(feel.to_json(value))}."
            + (f" {reasons}" if reasons else ""),
        )

    def quoted(self, context: dict[str, Any]) -> str:
        """The expression with the values of the names it reads, for people."""
        values = ", ".join(
            f"{name} = {say(context[name]) if name in context else 'missing'}" for name in self.names
        )
        return f'"{self.text}"' + (f" (with {values})" if values else "")


class Text:
    """A constant where a formula is possible."""

    __slots__ = ("text",)
    names = ()

    def __init__(self, text: str):
        self.text = text

    def of(self, token: Token, extra: dict[str, Any] | None = None, kind: str = "") -> Any:
        """The text itself."""
        return self.text


Value = Formula | Text


def value(text: str) -> Value:
    """A formula if the text starts with `=`, else the text as it is."""
    return Formula(text) if text.lstrip().startswith("=") else Text(text)


def say(value: Any) -> str:
    """A value as people read it, cut to a sentence's length."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def text_of(value: Value, token: Token, what: str) -> str:
    """The value, which must be a non-empty text. Raises Failure(EXTRACT_VALUE_ERROR)."""
    found = value.of(token)
    if isinstance(found, str) and found:
        return found
    raise Failure(
        EXTRACT_VALUE_ERROR, f"Expected {what} to be a text, but {_origin(value, token)} is {say(found)}."
    )


DEFAULT_RETRIES = 3


def retries_of(value: Value | None, token: Token) -> int:
    """How often work is tried. Raises Failure(EXTRACT_VALUE_ERROR)."""
    if value is None:
        return DEFAULT_RETRIES
    found = value.of(token)
    try:
        return max(0, int(found))
    except (ValueError, TypeError, OverflowError):
        raise Failure(
            EXTRACT_VALUE_ERROR, f"Expected the retries to be a whole number, but they are {say(found)}."
        ) from None


def optional_text_of(value: Value | None, token: Token, what: str) -> str | None:
    """The same, but null and the empty text mean: none."""
    if value is None:
        return None
    found = value.of(token)
    if found is None or found == "":
        return None
    if isinstance(found, str):
        return found
    raise Failure(
        EXTRACT_VALUE_ERROR, f"Expected {what} to be a text, but {_origin(value, token)} is {say(found)}."
    )


def _origin(value: Value, token: Token) -> str:
    if isinstance(value, Formula):
        return value.quoted(scopes.read(token, value.names))
    return f'"{value.text}"'
