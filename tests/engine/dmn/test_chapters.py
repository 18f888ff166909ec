"""Chapters 7 to 10 of DMN 1.5 by small models: services, types and their constraints, boxes, tables at their edges."""

import pytest

from engine import dmn, feel
from tests.engine.dmn.conftest import decision, document, input_data, knows, literal, needs, table


def value_of(body, name="d", context=None):
    model = dmn.load(document(body))
    assert model.problems == []
    return feel.to_json(model.evaluate(name, context or {}).value)


def service(name, outputs, inputs=(), decisions=(), hidden=(), type_ref=""):
    typed = f'<variable name="{name}" typeRef="{type_ref}"/>' if type_ref else ""
    parts = [f'<outputDecision href="#d_{one}"/>' for one in outputs]
    parts += [f'<encapsulatedDecision href="#d_{one}"/>' for one in hidden]
    parts += [f'<inputDecision href="#d_{one}"/>' for one in decisions]
    parts += [f'<inputData href="#i_{one}"/>' for one in inputs]
    return f'<decisionService id="s_{name}" name="{name}">{typed}{"".join(parts)}</decisionService>'


def bkm(name, parameters, text, requires="", type_ref=""):
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    formal = "".join(f'<formalParameter name="{one}" typeRef="{kind}"/>' for one, kind in parameters)
    return (
        f'<businessKnowledgeModel id="b_{name}" name="{name}"><variable name="{name}"{typed}/>'
        f"<encapsulatedLogic>{formal}{literal(text)}</encapsulatedLogic>{requires}</businessKnowledgeModel>"
    )


def item(name, kind="", inner="", collection=False):
    reference = f"<typeRef>{kind}</typeRef>" if kind else ""
    return f'<itemDefinition name="{name}" isCollection="{str(collection).lower()}">{reference}{inner}</itemDefinition>'


def allowed(text, tag="allowedValues"):
    return f"<{tag}><text>{text}</text></{tag}>"


SERVICE = (
    input_data("a", "number")
    + input_data("b", "string")
    + decision("Base", literal('"base"'))
    + decision("Hidden", literal("a * 10"), needs("i_a"))
    + decision("One", literal("string(Hidden) + b + Base"), needs("d_Hidden", "i_b", "d_Base"))
    + decision("Two", literal("a + 1"), needs("i_a"))
    + service("one", ["One"], ["a", "b"], ["Base"], ["Hidden"])
    + service("both", ["One", "Two"], ["a", "b"], [], ["Hidden", "Base"])
    + service("typed", ["Two"], ["a"], type_ref="string")
)


@pytest.mark.parametrize(
    "text, expected",
    [
        ('one(1, "x", "given")', "10xgiven"),
        ('one(b: "x", a: 1, Base: "given")', "10xgiven"),
        ('both(1, "x")', {"One": "10xbase", "Two": 2}),
        ('both(1, "x").Two', 2),
        ('one(1, "x")', None),
        ('one(1, "x", "given", 4)', None),
        ('one(c: 1, b: "x", Base: "given")', None),
        ('one("not a number", "x", "given")', None),
        ('both([1], "x").Two', 2),
        ("typed(1)", None),
        ("one instance of function", True),
        ('for n in 1..3 return both(n, "").Two', [2, 3, 4]),
    ],
)
def test_a_service_is_a_function_of_its_inputs(text, expected):
    body = SERVICE + decision("d", literal(text), knows("s_one", "s_both", "s_typed"))

    assert value_of(body) == expected


def test_a_service_called_from_outside_takes_its_arguments_by_name():
    model = dmn.load(document(SERVICE))

    assert model.evaluate_service("one", {"a": 2, "b": "-", "Base": "z"}).value == "20-z"
    assert model.evaluate_service("s_one", {"a": 2, "b": "-", "Base": "z"}).value == "20-z"
    assert model.evaluate_service("one", {"a": 2}).value is None
    with pytest.raises(KeyError, match="service"):
        model.evaluate_service("none", {})


@pytest.mark.parametrize(
    "types, declared, text, expected",
    [
        ("", "number", '"a"', None),
        ("", "number", "[1]", 1),
        ("", "number", "[1, 2]", None),
        ("", "date and time", 'date("2024-01-01")', "2024-01-01T00:00:00Z"),
        ("", "date", 'date and time("2024-01-01T10:00:00")', None),
        ("", "string", "null", None),
        ("", "Any", "[1]", [1]),
        (item("tList", "string", collection=True), "tList", '"a"', ["a"]),
        (item("tList", "string", collection=True), "tList", '["a", 1]', None),
        (item("tList", "string", collection=True), "tList", '["a", null]', ["a", None]),
        (item("tList", "string", collection=True), "tList", "null", None),
        (item("tColour", "string", allowed('"red", "blue"')), "tColour", '"red"', "red"),
        (item("tColour", "string", allowed('"red", "blue"')), "tColour", '"green"', None),
        (item("tOdd", "number", allowed("odd(?)")), "tOdd", "3", 3),
        (item("tOdd", "number", allowed("odd(?)")), "tOdd", "4", None),
        (item("tFew", "string", allowed('"a", "b"'), True), "tFew", '["a", "b"]', ["a", "b"]),
        (item("tFew", "string", allowed('"a", "b"'), True), "tFew", '["a", "c"]', None),
        (
            item("tPair", "number", allowed("count(?) = 2", "typeConstraint"), True),
            "tPair",
            "[1, 2]",
            [1, 2],
        ),
        (item("tPair", "number", allowed("count(?) = 2", "typeConstraint"), True), "tPair", "[1]", None),
        (
            item("tBox", inner='<itemComponent name="n"><typeRef>number</typeRef></itemComponent>'),
            "tBox",
            "{n: 1, more: 2}",
            {"n": 1, "more": 2},
        ),
        (
            item("tBox", inner='<itemComponent name="n"><typeRef>number</typeRef></itemComponent>'),
            "tBox",
            '{n: "a"}',
            None,
        ),
        (
            item("tBox", inner='<itemComponent name="n"><typeRef>number</typeRef></itemComponent>'),
            "tBox",
            "{m: 1}",
            None,
        ),
        (item("tBase", "number", allowed("&gt; 0")) + item("tMore", "tBase"), "tMore", "-1", None),
    ],
)
def test_a_result_is_brought_into_its_declared_type_or_null(types, declared, text, expected):
    assert value_of(types + decision("d", literal(text), type_ref=declared)) == expected


@pytest.mark.parametrize(
    "parameters, kind, call, expected",
    [
        ([("n", "number")], "", "f(2)", 3),
        ([("n", "number")], "", "f(n: 2)", 3),
        ([("n", "number")], "", "f([2])", 3),
        ([("n", "number")], "", 'f("a")', None),
        ([("n", "number")], "", "f(null)", None),
        ([("n", "number")], "", "f()", None),
        ([("n", "number")], "string", "f(2)", None),
        ([("n", "Any")], "number", "f(2)", 3),
        ([("n", "number")], "", "f instance of function&lt;number&gt; -&gt; number", True),
    ],
)
def test_a_knowledge_model_checks_its_parameters_and_its_result(parameters, kind, call, expected):
    body = bkm("f", parameters, "n + 1", type_ref=kind) + decision("d", literal(call), knows("b_f"))

    assert value_of(body) == expected


def test_knowledge_models_call_each_other():
    body = (
        bkm("twice", [("n", "number")], "n * 2")
        + bkm("thrice", [("n", "number")], "twice(n) + n", knows("b_twice"))
        + decision("d", literal("thrice(5)"), knows("b_thrice"))
    )

    assert value_of(body) == 15


@pytest.mark.parametrize(
    "box, expected",
    [
        (f"<conditional><if>{literal('null')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 2),
        (f"<filter><in>{literal('[{a: 1}, {a: 2}]')}</in><match>{literal('a = 2')}</match></filter>", [{"a": 2}]),
        (f"<filter><in>{literal('[{a: 1}, {a: 2}]')}</in><match>{literal('item.a = 2')}</match></filter>", [{"a": 2}]),
        (f"<filter><in>{literal('[4, 5]')}</in><match>{literal('2')}</match></filter>", 5),
        (f"<filter><in>{literal('null')}</in><match>{literal('item = 1')}</match></filter>", []),
        (f'<for iteratorVariable="n"><in>{literal("1..3")}</in><return>{literal("n * n")}</return></for>', None),
        (f'<for iteratorVariable="n"><in>{literal("[1..3]")}</in><return>{literal("n * n")}</return></for>', [1, 4, 9]),
        (f'<every iteratorVariable="n"><in>{literal("[]")}</in><satisfies>{literal("false")}</satisfies></every>', True),
        (f'<some iteratorVariable="n"><in>{literal("[]")}</in><satisfies>{literal("true")}</satisfies></some>', False),
        ("<list/>", []),
        ("<relation/>", []),
        ("<context/>", {}),
        (
            f'<invocation>{literal("abs")}<binding><parameter name="n"/>{literal("-5")}</binding></invocation>',
            5,
        ),
        (
            f'<relation><column name="a" typeRef="string"/><row>{literal("1")}</row></relation>',
            [{"a": None}],
        ),
        (
            '<functionDefinition kind="FEEL"><formalParameter name="n"/><conditional>'
            f"<if>{literal('n')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
            "</functionDefinition>",
            "function",
        ),
    ],
)  # fmt: skip
def test_boxes_at_their_edges(box, expected):
    model = dmn.load(document(decision("d", box)))

    value = model.evaluate("d", {}).value

    assert ("function" if type(value).__name__ == "Function" else feel.to_json(value)) == expected


def decided(policy, rules, n=5, outputs=(("out", "", ""),), inputs=(("n", "number", ""),), aggregation=""):
    body = input_data("n") + decision("d", table(policy, inputs, outputs, rules, aggregation), needs("i_n"))
    return feel.to_json(dmn.load(document(body)).evaluate("d", {"n": n}).value)


def test_a_decision_without_logic_is_null():
    assert value_of(decision("d", "")) is None


@pytest.mark.parametrize(
    "policy, aggregation, rules, expected",
    [
        ("COLLECT", "", [(["1"], ["1"])], None),
        ("COLLECT", "SUM", [(["1"], ["1"])], None),
        ("COLLECT", "SUM", [(["5"], ['"a"']), (["5"], ['"b"'])], None),
        ("COLLECT", "MAX", [(["5"], ['"a"']), (["5"], ['"b"'])], "b"),
        ("COLLECT", "MIN", [(["5"], ['date("2024-01-01")']), (["5"], ['date("2023-01-01")'])], "2023-01-01"),
        ("COLLECT", "SUM", [(["5"], ["2"]), (["5"], ["null"])], None),
        ("COLLECT", "COUNT", [(["5"], ["2"]), (["5"], ["2"])], 2),
        ("UNIQUE", "", [(["5"], ["1"]), (["5"], ["1"])], None),
        ("ANY", "", [(["5"], ["1"]), (["5"], ["1"])], 1),
        ("ANY", "", [(["5"], ["null"]), (["5"], ["null"])], None),
        ("FIRST", "", [(["-"], ["n + 1"]), (["5"], ["1"])], 6),
        ("RULE ORDER", "", [(["-"], ["1"]), (["5"], ["null"])], [1, None]),
        ("UNIQUE", "", [(["not(5)"], ["1"]), (["not(6)"], ["2"])], 2),
        ("UNIQUE", "", [(["null"], ["1"]), (["not(null)"], ["2"])], 2),
        ("UNIQUE", "", [(["? * 2 = 10"], ["1"])], 1),
        ("UNIQUE", "", [(["&lt; n + 1"], ["1"])], 1),
        ("UNIQUE", "", [(["[1..4], [5..6]"], ["1"])], 1),
        ("UNIQUE", "", [(["odd(?)"], ["1"])], 1),
        ("UNIQUE", "", [(["[4, 5]"], ["1"])], 1),
        ("UNIQUE", "", [(["(function(x) x = 5)(?)"], ["1"])], 1),
    ],
)
def test_tables_at_their_edges(policy, aggregation, rules, expected):
    assert decided(policy, rules, aggregation=aggregation) == expected


def test_a_null_input_matches_only_what_speaks_of_null():
    rules = [(["&lt; 10"], ["1"]), (["null"], ["2"]), (["-"], ["3"])]

    assert decided("RULE ORDER", rules, n=None) == [2, 3]


def test_a_table_without_inputs_and_one_with_several_outputs():
    assert decided("FIRST", [([], ["7"])], inputs=()) == 7
    outputs = (("a", "", "1"), ("b", "", ""))
    assert decided("UNIQUE", [(["9"], ["5", "6"])], outputs=outputs) == {"a": 1, "b": None}
    assert decided("COLLECT", [(["5"], ["5", "6"])], outputs=outputs) == [{"a": 5, "b": 6}]


def test_priorities_come_from_the_output_type_where_the_table_lists_none():
    body = (
        item("tLevel", "string", allowed('"high", "middle", "low"'))
        + '<decision id="d_d" name="d"><variable name="d" typeRef="tLevel"/>'
        + table(
            "PRIORITY", [("5", "number", "")], [("out", "", "")], [(["5"], ['"low"']), (["5"], ['"high"'])]
        ).replace('<output name="out">', '<output name="out" typeRef="tLevel">')
        + "</decision>"
    )

    assert value_of(body) == "high"
