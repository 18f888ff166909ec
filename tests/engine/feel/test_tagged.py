"""What a model says of values that an agent fills in, read from the text without evaluating it."""

from __future__ import annotations

import pytest

from engine import feel


def said(name, description=None, type=None, schema=None, options=None):
    return {"name": name, "description": description, "type": type, "schema": schema, "options": options}


@pytest.mark.parametrize(
    "text, found",
    [
        ("toolCall.city", []),
        ("fromAi(toolCall.city)", [said("city")]),
        ('fromAi(city, "The city.", "string")', [said("city", "The city.", "string")]),
        (
            'fromAi(value: x.n, schema: {minimum: 1 + 1, enum: ["a"]}, type: "number")',
            [said("n", type="number", schema={"minimum": 2, "enum": ["a"]})],
        ),
        ("fromAi(a.b, null, null, null, {required: false})", [said("b", options={"required": False})]),
        ('{z: "x" + fromAi(t.b), list: [for i in l return fromAi(t.a)]}', [said("b"), said("a")]),
        ('fromAi("no name")', []),
        ("fromAi()", []),
        ("fromAi(t.a, description)", [said("a")]),
        ("fromAi(t.a, [1..2])", [said("a")]),
    ],
)
def test_what_an_agent_is_asked_for(text, found):
    assert feel.asked_of_agents(text) == found


def test_what_is_no_feel_is_refused():
    with pytest.raises(feel.FeelError):
        feel.asked_of_agents("fromAi(")
