"""DMN decisions: read a model, evaluate its decisions, services and tables (DMN 1.1 to 1.5, FEEL only).

model = dmn.load(xml)
result = model.evaluate("Routing", {"Amount": 250})
result.value, result.diagnostics
"""

from .elements import DecisionInfo
from .errors import DmnRefused, ModelProblem
from .explain import Explanation, Result
from .imports import among, self_contained
from .model import Model, load

__all__ = [
    "DecisionInfo",
    "DmnRefused",
    "Explanation",
    "Model",
    "ModelProblem",
    "Result",
    "among",
    "load",
    "self_contained",
]
