"""Reading a form: what it asks for, and what is wrong with it, said all at once."""

import json

import pytest

from engine import forms
from tests.engine.forms.made import computed, form, group, number, rows, text


def problems(*components, **head):
    with pytest.raises(forms.FormRefused) as refused:
        form(*components, **head)
    return [(problem.component, problem.sentence) for problem in refused.value.problems]


def test_every_question_is_listed_with_what_a_page_needs():
    a_form = form(
        {"type": "text", "text": "Hello"},
        group(
            number(
                "weight", properties={"unit": "kg"}, validate={"required": True}, description="Of the device"
            ),
            path="box",
        ),
        rows("parts", text("name")),
        id="intake",
    )

    weight, name = a_form.fields

    assert a_form.form_id == "intake"
    assert (weight.path, weight.key, weight.type, weight.label) == (
        "box.weight",
        "weight",
        "number",
        "weight",
    )
    assert (weight.required, weight.description, weight.properties) == (True, "Of the device", {"unit": "kg"})
    assert (name.path, name.required) == ("parts.*.name", False)


@pytest.mark.parametrize(
    "kind", "text html image iframe table documentPreview button separator spacer".split()
)
def test_what_is_only_shown_asks_for_nothing(kind):
    a_form = form({"type": kind, "id": "x"})

    assert a_form.fields == []
    assert a_form.check({}, {}, now=None, time_zone="UTC") == {}


def test_the_same_text_gives_the_same_form_again():
    written = json.dumps({"type": "default", "components": [text("a")]})

    assert forms.load(written) is forms.load(written)
    assert forms.load(written.encode()).fields[0].path == "a"
    assert forms.load(b"\xef\xbb\xbf" + written.encode()).fields[0].path == "a"
    assert forms.load(json.loads(written)) is forms.load(json.loads(written))


@pytest.mark.parametrize(
    "written", ["", "{", "[]", "5", b"\xff\xfe", "null", "[" * 100_000, '{"a": "\\ud800"}x', "x" * 1_000_001]
)
def test_what_is_no_json_object_is_refused_with_a_sentence(written):
    with pytest.raises(forms.FormRefused, match="Expected a"):
        forms.load(written)


@pytest.mark.parametrize(
    "head, sentence",
    [
        ({"type": "workflow"}, "Expected the type \"default\", but found 'workflow'."),
        ({"schemaVersion": 20}, "Expected schemaVersion 19 or older, but found 20."),
        ({"components": {}}, "Expected a list of components, but found none."),
        ({"components": None}, "Expected a list of components, but found none."),
        ({"components": ["x"]}, "Expected a component, but found 'x'."),
    ],
)
def test_a_wrong_head_is_refused(head, sentence):
    with pytest.raises(forms.FormRefused) as refused:
        forms.load({"type": "default", "components": [], **head})

    assert [problem.sentence for problem in refused.value.problems] == [sentence]


@pytest.mark.parametrize(
    "component, sentence",
    [
        (
            {"type": "fingerprint", "key": "a"},
            "Expected a component type of form-js, but found 'fingerprint'.",
        ),
        ({"type": ["x"], "key": "a"}, "Expected a component type of form-js, but found ['x']."),
        ({"key": "a"}, "Expected a component type of form-js, but found None."),
        (
            {"type": "textfield", "id": "f"},
            "Expected a key of letters, digits and _ (parts joined by dots), but found None.",
        ),
        (
            {"type": "textfield", "key": "a b"},
            "Expected a key of letters, digits and _ (parts joined by dots), but found 'a b'.",
        ),
        (
            {"type": "textfield", "key": "a..b"},
            "Expected a key of letters, digits and _ (parts joined by dots), but found 'a..b'.",
        ),
        ({"type": "textfield", "key": "a.0"}, 'The key "a.0" cannot name a variable.'),
        ({"type": "textfield", "key": "a.__proto__"}, 'The key "a.__proto__" cannot name a variable.'),
        (
            {"type": "dynamiclist", "components": []},
            "Expected a path of letters, digits and _ (parts joined by dots), but found None.",
        ),
        (
            {"type": "dynamiclist", "path": "p", "components": [], "defaultRepetitions": -1},
            "Expected defaultRepetitions from 0 to 1000, but found -1.",
        ),
        ({"type": "group", "components": "x"}, "Expected a list of components, but found none."),
        (number("a", validate={"min": "few"}), "Expected a number as min, but found 'few'."),
        (number("a", validate={"max": True}), "Expected a number as max, but found True."),
        (number("a", decimalDigits=-1), "Expected decimalDigits as a whole number, but found -1."),
        (number("a", increment=0), "Expected increment as a number over 0, but found 0."),
        (text("a", validate={"pattern": "("}), 'The pattern "(" cannot be read: missing ) at position 1.'),
        (
            {"type": "datetime", "key": "a", "subtype": "week"},
            "Expected the subtype date, time or datetime, but found 'week'.",
        ),
        ({"type": "select", "key": "a"}, "Expected choices, but found none."),
        (computed("a", "1"), "Expected an expression that starts with \"=\", but found '1'."),
        (
            {"type": "filepicker", "key": "a", "accept": "{{x}}"},
            'Expected accept as a text or behind "=", but found a template.',
        ),
        (
            text("a", defaultValue="\x00"),
            "The default value cannot be used. Text of readable signs is needed, but this one has others.",
        ),
    ],
)
def test_a_component_that_cannot_work_is_refused(component, sentence):
    assert [found for _, found in problems(component)] == [sentence]


@pytest.mark.parametrize(
    "component",
    [
        text("a", conditional={"hide": "=1 +"}),
        text("a", readonly="=("),
        text("a", validate={"maxLength": "=]"}),
        computed("a", "=1 +"),
        {"type": "select", "key": "a", "valuesExpression": "=["},
        {"type": "text", "id": "a", "text": "{{1 +}}"},
        {"type": "table", "id": "a", "dataSource": "=("},
        {"type": "filepicker", "key": "a", "multiple": "=("},
    ],
)
def test_an_expression_that_cannot_be_read_is_refused_where_it_stands(component):
    [(name, sentence)] = problems(component)

    assert name == "a"
    assert "cannot be read: " in sentence


def test_two_components_cannot_have_the_same_place():
    taken = 'The place "{}" is taken by another component.'

    assert problems(text("a"), number("a")) == [("a", taken.format("a"))]
    assert problems(text("a"), text("a.b")) == [("a.b", taken.format("a"))]
    assert problems(text("a.b"), text("a")) == [("a", taken.format("a"))]
    assert problems(text("a.b"), rows("a", text("c"))) == [("a", taken.format("a"))]
    assert problems(rows("a", text("c")), group(text("b"), path="a")) == [("a", taken.format("a"))]
    assert problems(rows("a", text("b"), text("b"))) == [("b", taken.format("b"))]
    assert [
        field.path
        for field in form(group(text("b"), path="a"), group(text("c"), path="a"), text("a.d")).fields
    ] == [
        "a.b",
        "a.c",
        "a.d",
    ]


def test_all_problems_are_said_at_once_with_a_remedy():
    with pytest.raises(forms.FormRefused) as refused:
        form(text("a b"), number("n", decimalDigits="x"), {"type": "new"})

    assert [problem.component for problem in refused.value.problems] == ["a b", "n", "new"]
    assert all(problem.remedy.endswith(".") for problem in refused.value.problems)
    assert str(refused.value).startswith("Expected a key of letters")


def test_a_form_without_end_is_refused():
    deep = group(text("a"))
    for _ in range(30):
        deep = group(deep)

    assert [sentence for _, sentence in problems(deep)] == ["Expected components nested at most 20 deep."]
    many = [sentence for _, sentence in problems(*(text(f"a{n}") for n in range(2_100)))]
    assert many == ["Expected at most 2000 components."]


def test_what_works_but_should_be_mended_is_a_problem_of_its_own():
    a_form = form(
        {"type": "textfield", "key": "a"},
        text("b", disabled=True, validate={"required": True}),
        text("c", readonly=True, validate={"required": True}),
        text("d"),
        computed("e", "=1"),
    )

    assert [(problem.component, problem.sentence) for problem in a_form.problems()] == [
        ("a", "This question has no label: nobody hears what is asked."),
        ("b", "This question is required, but nobody can answer it here."),
        ("c", "This question is required, but nobody can answer it here."),
    ]
