"""Models: requirements, functions, services, types, boxed expressions, imports, and what is refused."""

import datetime

import pytest

from engine import dmn, feel
from tests.engine.dmn.conftest import decision, document, input_data, knows, literal, needs


def entry(name, inner, type_ref=""):
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{typed}/>{inner}</contextEntry>'


def test_a_decision_is_worked_out_from_the_decisions_it_needs(load):
    model = load(
        input_data("Net Price", "number")
        + decision("Tax", literal("Net Price * 0.2"), needs("i_Net Price"))
        + decision("Gross Price", literal("Net Price + Tax"), needs("i_Net Price", "d_Tax"))
    )

    assert model.evaluate("Gross Price", {"Net Price": 100}).value == 120
    assert model.evaluate("d_Tax", {"Net Price": 100}).value == 20
    assert [(one.id, one.name, one.inputs) for one in model.decisions][1] == (
        "d_Gross Price",
        "Gross Price",
        ("Net Price",),
    )


def test_a_decision_that_many_need_is_worked_out_once(load):
    chain = "".join(
        decision(f"d{n}", literal(f"d{n - 1} + d{n - 1}"), needs(f"d_d{n - 1}")) for n in range(1, 60)
    )
    model = load(decision("d0", literal("1")) + chain)

    assert model.evaluate("d59", {}).value == 2**59


def test_an_input_that_is_missing_or_of_another_type_is_null_with_a_reason(load):
    model = load(input_data("n", "number") + decision("twice", literal("n"), needs("i_n")))

    assert [one.code for one in model.evaluate("twice", {}).diagnostics] == ["no-input"]
    assert [one.code for one in model.evaluate("twice", {"n": "x"}).diagnostics] == ["type-mismatch"]
    assert model.evaluate("twice", {"n": [3]}).value == 3


def test_a_reason_names_the_decision_it_belongs_to(load):
    model = load(
        decision("inner", literal("1 + null")) + decision("outer", literal("inner"), needs("d_inner"))
    )

    assert model.evaluate("outer", {}).diagnostics[0].where == "inner"


def test_a_business_knowledge_model_is_a_function_that_may_call_itself(load):
    model = load(
        '<businessKnowledgeModel id="b_fact" name="factorial"><variable name="factorial"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/>'
        + literal("if n &lt; 2 then 1 else n * factorial(n - 1)")
        + "</encapsulatedLogic></businessKnowledgeModel>"
        + decision("d", literal("factorial(10)"), knows("b_fact"))
        + decision(
            "boxed",
            f'<invocation>{literal("factorial")}<binding><parameter name="n"/>{literal("5")}</binding></invocation>',
            knows("b_fact"),
        )
    )

    assert model.evaluate("d", {}).value == 3628800
    assert model.evaluate("boxed", {}).value == 120
    assert model.evaluate_function("factorial", {"n": 4}).value == 24


def test_a_decision_service_is_called_from_outside_and_from_expressions(load):
    model = load(
        input_data("n", "number")
        + decision("Base", literal("n * 2"), needs("i_n"))
        + decision("Sum", literal("Base + n"), needs("i_n", "d_Base"))
        + decision("Other", literal("-Base"), needs("d_Base"))
        + '<decisionService id="s_one" name="service"><outputDecision href="#d_Sum"/>'
        '<inputDecision href="#d_Base"/><inputData href="#i_n"/></decisionService>'
        '<decisionService id="s_two" name="both"><outputDecision href="#d_Sum"/><outputDecision href="#d_Other"/>'
        '<encapsulatedDecision href="#d_Base"/><inputData href="#i_n"/></decisionService>'
        + decision("Caller", literal("service(1, 10)"), knows("s_one"))
        + decision("Named", literal("service(Base: 10, n: 1)"), knows("s_one"))
    )

    assert model.evaluate_service("service", {"n": 1, "Base": 10}).value == 11
    assert feel.to_json(model.evaluate_service("both", {"n": 1}).value) == {"Sum": 3, "Other": -2}
    assert model.evaluate("Caller", {}).value == 11
    assert model.evaluate("Named", {}).value == 11


@pytest.mark.parametrize(
    "box, expected",
    [
        (
            f"<context>{entry('a', literal('1'))}{entry('b c', literal('a + 1'))}</context>",
            {"a": 1, "b c": 2},
        ),
        (
            f"<context>{entry('a', literal('1'))}<contextEntry>{literal('a + 5')}</contextEntry></context>",
            6,
        ),
        (f"<list>{literal('1')}{literal('2')}</list>", [1, 2]),
        (
            '<relation><column name="a"/><column name="b"/>'
            f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('4')}</row></relation>",
            [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
        ),
        (
            f"<conditional><if>{literal('1 &gt; 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else>"
            "</conditional>",
            2,
        ),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item &gt; 1')}</match></filter>", [2, 3]),
        (
            f'<for iteratorVariable="x"><in>{literal("[1, 2]")}</in><return>{literal("x + count(partial)")}</return>'
            "</for>",
            [1, 3],
        ),
        (
            f'<some iteratorVariable="x"><in>{literal("[1, 2]")}</in><satisfies>{literal("x = 2")}</satisfies></some>',
            True,
        ),
        (
            f'<every iteratorVariable="x"><in>{literal("[1, 2]")}</in><satisfies>{literal("x = 2")}</satisfies></every>',
            False,
        ),
        (
            "<context>"
            + entry(
                "f",
                f'<functionDefinition><formalParameter name="n" typeRef="number"/>{literal("n + 1")}'
                "</functionDefinition>",
            )
            + f"<contextEntry>{literal('f(2)')}</contextEntry></context>",
            3,
        ),
        (f"<context>{entry('a', literal('[7]'), 'number')}</context>", {"a": 7}),
    ],
)
def test_a_boxed_expression_means_the_same_as_its_text(load, box, expected):
    assert feel.to_json(load(decision("d", box)).evaluate("d", {}).value) == expected


TYPES = (
    '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
    "</itemDefinition>"
    '<itemDefinition name="tPerson"><itemComponent name="full name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>tAge</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>'
    '<itemDefinition name="tTree"><itemComponent name="left"><typeRef>tTree</typeRef></itemComponent></itemDefinition>'
)


def test_item_definitions_are_types_with_components_and_constraints(load):
    model = load(
        TYPES
        + input_data("people", "tPeople")
        + decision("names", literal("people.full name"), needs("i_people"))
        + decision("old", literal("people[age &gt; 60].full name"), needs("i_people"))
        + decision("is one", literal("{full name: null, age: 3} instance of tPerson"))
        + decision("tree", literal("{left: {left: null}} instance of tTree"))
        + decision("typed", literal("200"), type_ref="tAge")
    )
    people = [{"full name": "Ann", "age": 70}, {"full name": "Bo", "age": 20}]

    assert model.evaluate("names", {"people": people}).value == ["Ann", "Bo"]
    assert model.evaluate("old", {"people": people}).value == ["Ann"]
    assert model.evaluate("names", {"people": people[0]}).value == ["Ann"]
    assert model.evaluate("names", {"people": [{"full name": "Cy", "age": 200}]}).value is None
    assert model.evaluate("is one", {}).value is True
    assert model.evaluate("tree", {}).value is True
    assert model.evaluate("typed", {}).value is None


def test_an_imported_model_is_seen_under_its_name():
    inner = document(
        TYPES
        + input_data("n", "number")
        + decision("Base Rate", literal("n * 2"), needs("i_n"))
        + '<businessKnowledgeModel id="b_inc" name="inc"><variable name="inc"/><encapsulatedLogic>'
        '<formalParameter name="n"/>' + literal("n + 1") + "</encapsulatedLogic></businessKnowledgeModel>"
    ).replace(b"urn:test", b"urn:inner")
    outer = document(
        '<import name="rates" namespace="urn:inner" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision(
            "d",
            literal("rates.inc(rates.Base Rate)"),
            '<informationRequirement><requiredDecision href="urn:inner#d_Base Rate"/></informationRequirement>'
            '<knowledgeRequirement><requiredKnowledge href="urn:inner#b_inc"/></knowledgeRequirement>',
        )
        + decision("age", literal("200"), type_ref="rates.tAge")
    )
    model = dmn.load(outer, {"urn:inner": inner})

    assert model.problems == []
    assert model.evaluate("d", {"rates": {"n": 5}}).value == 11
    assert model.evaluate("d", {"n": 5}).value == 11
    assert model.evaluate("age", {}).value is None
    with pytest.raises(dmn.DmnRefused, match="was not given"):
        dmn.load(outer)


def test_now_is_the_moment_that_is_handed_in(load):
    model = load(decision("d", literal("today()")))

    value = model.evaluate("d", {}, now=datetime.datetime(2031, 2, 3, tzinfo=datetime.UTC)).value

    assert feel.to_json(value) == "2031-02-03"


@pytest.mark.parametrize(
    "version", ["20151101/dmn.xsd", "20180521/MODEL/", "20191111/MODEL/", "20211108/MODEL/"]
)
def test_every_version_of_dmn_is_read(version):
    xml = document(decision("d", literal("1 + 1"))).replace(b"20230324/MODEL/", version.encode())

    if version.endswith("xsd"):
        xml = xml.replace(b"https://www", b"http://www")

    assert dmn.load(xml).evaluate("d", {}).value == 2


def test_a_broken_text_is_a_problem_of_the_model_and_null_with_the_same_reason():
    model = dmn.load(document(decision("good", literal("1")) + "\n" + decision("bad", literal("1 +"))))

    (problem,) = model.problems
    assert (problem.element, problem.line, problem.position) == ("bad", 2, 3)
    assert model.evaluate("good", {}).value == 1
    assert model.evaluate("bad", {}).value is None
    assert problem.message in model.evaluate("bad", {}).diagnostics[0].message


@pytest.mark.parametrize(
    "body, part",
    [
        (decision("d", literal("1"), needs("d_none")), "required element"),
        (decision("d", literal("1"), type_ref="tNone"), "no type named"),
        (decision("d", '<decisionTable hitPolicy="BEST"/>'), "hit policy"),
        (
            decision(
                "d", "<literalExpression expressionLanguage='python'><text>1</text></literalExpression>"
            ),
            "FEEL",
        ),
        (decision("d", "<conditional/>"), "&lt;if&gt;"),
        (decision("d", '<functionDefinition kind="Java"/>'), "Java"),
    ],
)
def test_what_cannot_be_evaluated_is_listed_with_its_line(body, part):
    problems = dmn.load(document(body)).problems

    assert any(part.replace("&lt;", "<").replace("&gt;", ">") in problem.message for problem in problems)
    assert all(problem.line for problem in problems)


@pytest.mark.parametrize(
    "xml, part",
    [
        (b"<a/>", "Expected a DMN document"),
        (b"nonsense", "Expected XML"),
        (b"<a>", "well-formed"),
        (b"<!DOCTYPE a><a/>", "DOCTYPE"),
        (document(decision("a", literal("1"), needs("d_a"))), "without circles"),
        (
            document(decision("a", literal("b"), needs("d_b")) + decision("b", literal("a"), needs("d_a"))),
            "without circles",
        ),
        (document(decision("a", literal("1")) * 2), "every id once"),
        (document('<decision id="d"/>'), "a name"),
        (
            document("".join(decision(f"d{n}", literal("1"), needs(f"d_d{n + 1}")) for n in range(200))),
            "at most 100 decisions in a row",
        ),
    ],
)
def test_a_document_that_is_no_decision_model_is_refused(xml, part):
    with pytest.raises(dmn.DmnRefused, match=part):
        dmn.load(xml)


def test_an_unknown_decision_is_named_with_the_known_ones(load):
    with pytest.raises(KeyError, match="it has 'a'"):
        load(decision("a", literal("1"))).evaluate("b", {})


def test_limits_hold_across_all_decisions_of_one_evaluation(load):
    model = load(
        decision("a", literal("for i in 1..90000 return i"))
        + "".join(decision(f"b{n}", literal("sum(for i in a return i + 1)"), needs("d_a")) for n in range(30))
        + decision(
            "all",
            literal("+".join(f"b{n}" for n in range(30))),
            needs(*(f"d_b{n}" for n in range(30))),
        )
    )

    with pytest.raises(feel.LimitExceeded):
        model.evaluate("all", {})
