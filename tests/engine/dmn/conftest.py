"""What the tests of DMN share: small models written as text."""

import pytest

from engine import dmn

DEFINITIONS = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:test" name="test" id="test">'
    "{}</definitions>"
)


def document(body):
    return DEFINITIONS.format(body).encode()


def decision(name, expression, requires="", type_ref=""):
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    variable = f'<variable name="{name}"{typed}/>'
    return f'<decision id="d_{name}" name="{name}">{variable}{requires}{expression}</decision>'


def literal(text):
    return f"<literalExpression><text>{text}</text></literalExpression>"


def needs(*ids):
    kinds = {"i": "requiredInput", "d": "requiredDecision"}
    return "".join(
        f'<informationRequirement><{kinds[one[0]]} href="#{one}"/></informationRequirement>' for one in ids
    )


def knows(*ids):
    return "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in ids
    )


def input_data(name, type_ref="Any"):
    return (
        f'<inputData id="i_{name}" name="{name}"><variable name="{name}" typeRef="{type_ref}"/></inputData>'
    )


def table(policy, inputs, outputs, rules, aggregation=""):
    """inputs: (text, type, allowed); outputs: (name, allowed, default); rules: (tests, results)."""
    columns = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{text}</text></inputExpression>'
        + (f"<inputValues><text>{allowed}</text></inputValues>" if allowed else "")
        + "</input>"
        for text, kind, allowed in inputs
    )
    columns += "".join(
        f'<output name="{name}">'
        + (f"<outputValues><text>{allowed}</text></outputValues>" if allowed else "")
        + (f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else "")
        + "</output>"
        for name, allowed, default in outputs
    )
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{text}</text></inputEntry>" for text in tests)
        + "".join(f"<outputEntry><text>{text}</text></outputEntry>" for text in results)
        + "</rule>"
        for tests, results in rules
    )
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{aggregated}>{columns}{rows}</decisionTable>'


@pytest.fixture
def load():
    """load(body, **imports) -> the model; every part of it must be readable."""

    def load_body(body, imports=None):
        model = dmn.load(document(body), imports)
        assert model.problems == []
        return model

    return load_body
