"""FEEL, the expression language of the models (DMN 1.5, chapter 10, with Camunda 8's additions).

    expression = feel.compile('order.total > 100 and order.kind = "urgent"')
    result = expression.evaluate({"order": {"total": 250, "kind": "urgent"}})
    result.value, result.diagnostics

Safe for texts from strangers: no Python is ever made from them, and every resource is bounded (limits.py).
"""

from .border import json_text, to_json
from .errors import AssertionFailed, Diagnostic, FeelError, LimitExceeded, SyntaxProblem
from .expression import Expression, Result, compile_unary_tests
from .expression import compile_expression as compile
from .parsing import Names
from .tagged import asked_of_agents
from .texts import to_text

__all__ = [
    "AssertionFailed",
    "Diagnostic",
    "Expression",
    "FeelError",
    "LimitExceeded",
    "Names",
    "Result",
    "SyntaxProblem",
    "asked_of_agents",
    "compile",
    "compile_unary_tests",
    "json_text",
    "to_json",
    "to_text",
]
