"""orderlane feel, dmn: try an expression or a decision without deploying anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine import dmn, feel
from webapp.commands import as_json

with_context = click.option(
    "--context",
    "context",
    default="{}",
    help="The variables as a JSON object, or @FILE to read them from there.",
)


@click.command("feel")
@click.argument("expression")
@with_context
@as_json
def feel_(expression: str, context: str, as_json: bool) -> None:
    """Evaluate a FEEL expression and say why a value is null.

    Exit code 1 when the value is null for an error or a limit is exceeded, 2 for a text that is no FEEL.
    """
    variables = _variables(context)
    try:
        compiled = feel.compile(expression.removeprefix("="))
    except feel.FeelError as error:
        place = "" if error.position is None else f"\n{expression}\n{' ' * error.position}^"
        raise click.UsageError(f"{error.message}{place}") from None
    _answer(lambda: compiled.evaluate(variables), as_json)


@click.command("dmn")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision")
@with_context
@click.option(
    "--explain", is_flag=True, help="Say which rules matched, and which input made the others fail."
)
@as_json
def dmn_(file: Path, decision: str, context: str, explain: bool, as_json: bool) -> None:
    """Evaluate a decision (its name or id) of a DMN file; models it imports are looked for beside the file.

    Exit code 1 when the value is null for an error or a limit is exceeded, 2 for a file or decision that cannot be used.
    """
    variables = _variables(context)
    beside = {str(each): each.read_bytes() for each in sorted(file.parent.glob("*.dmn"))}
    try:
        model = dmn.load(file.read_bytes(), dmn.among(beside))
        model.decision(decision)
    except dmn.DmnRefused as refused:
        line = f", line {refused.line}" if refused.line else ""
        raise click.UsageError(f"{file}{line}: {refused.message}") from None
    except KeyError as unknown:
        raise click.UsageError(str(unknown.args[0])) from None
    _answer(lambda: model.evaluate(decision, variables, explain=explain), as_json)


def _variables(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"The file {text[1:]} cannot be read: {error}.") from None
    try:
        variables = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"Expected a JSON object as the context, but {error}.") from None
    if not isinstance(variables, dict):
        raise click.UsageError('Expected a JSON object as the context, such as {"amount": 5}.')
    return variables


def _answer(evaluate: Callable[[], feel.Result | dmn.Result], as_json: bool) -> None:
    """Print the value and its reasons; a failure ends with exit code 1."""
    try:
        result = evaluate()
        value = _shown(result.value)
        text = feel.to_text(result.value)
    except feel.FeelError as error:
        raise click.ClickException(error.message) from None
    explanation = getattr(result, "explanation", None)
    if as_json:
        told = {"value": value, "diagnostics": [_diagnostic(each) for each in result.diagnostics]}
        if explanation is not None:
            told["explanation"] = _explanation(explanation)
        click.echo(feel.json_text(told))
    else:
        click.echo(text)
        for each in result.diagnostics:
            place = "" if each.position is None else f" (character {each.position + 1})"
            click.echo(f"{each.where + ': ' if each.where else ''}{each.message}{place}", err=True)
        if explanation is not None:
            for line in _told(explanation):
                click.echo(line)
    sys.exit(1 if result.value is None and result.diagnostics else 0)


def _diagnostic(each: feel.Diagnostic) -> dict[str, Any]:
    return {"code": each.code, "message": each.message, "position": each.position, "where": each.where}


def _explanation(explanation: dmn.Explanation) -> dict[str, Any]:
    return {
        "decisions": {name: _shown(value) for name, value in explanation.decisions.items()},
        "tables": [
            {
                "decision": table.decision,
                "inputs": {label: _shown(value) for label, value in table.inputs},
                "rules": [
                    {
                        "number": rule.number,
                        "id": rule.id,
                        "matched": rule.matched,
                        "failed_input": None
                        if rule.failed_input is None
                        else table.inputs[rule.failed_input][0],
                        "annotations": rule.annotations,
                    }
                    for rule in table.rules
                ],
            }
            for table in explanation.tables
        ],
    }


def _told(explanation: dmn.Explanation) -> Iterator[str]:
    for table in explanation.tables:
        seen = ", ".join(f"{label} = {feel.to_text(value)}" for label, value in table.inputs)
        yield f"{table.decision}: {seen}"
        for rule in table.rules:
            noted = f" ({'; '.join(filter(None, rule.annotations))})" if any(rule.annotations) else ""
            if rule.failed_input is None:
                yield f"  rule {rule.number} matched{noted}"
            else:
                yield f"  rule {rule.number} did not: {table.inputs[rule.failed_input][0]}"


def _shown(value: Any) -> Any:
    """The value as plain JSON; what JSON cannot hold (a range, a function) as FEEL writes it."""
    try:
        return feel.to_json(value)
    except feel.LimitExceeded:
        raise
    except feel.FeelError:
        return feel.to_text(value)
