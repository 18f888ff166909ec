"""What a hostile client may send: nothing undeclared reaches a variable, and nothing breaks."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import forms
from tests.engine.drawn import nested
from tests.engine.forms.made import NOW, ZONE, check, computed, errors, form, group, number, rows, text, tick
from tests.faults import amount

EVERYTHING = form(
    text("name", validate={"required": True, "pattern": r"^\w+"}),
    {"type": "textarea", "key": "note", "label": "Note"},
    number("qty", decimalDigits=2, increment="0.01", validate={"min": 0, "max": "=most"}),
    number("kept", serializeToString=True),
    tick("ok"),
    {"type": "radio", "key": "one", "label": "One", "values": [{"label": "A", "value": "a"}]},
    {"type": "select", "key": "other", "label": "Other", "valuesKey": "people"},
    {"type": "checklist", "key": "some", "label": "Some", "valuesExpression": '=["x", name]'},
    {"type": "taglist", "key": "tags", "label": "Tags", "values": [{"label": "T", "value": 1}]},
    {"type": "datetime", "key": "day", "dateLabel": "Day", "disallowPassedDates": True},
    {"type": "datetime", "subtype": "time", "key": "hour", "timeLabel": "Hour"},
    {
        "type": "datetime",
        "subtype": "datetime",
        "key": "at",
        "dateLabel": "At",
        "timeSerializingFormat": "utc_offset",
    },
    {"type": "filepicker", "key": "photo", "label": "Photo", "accept": "image/*"},
    group(text("street", conditional={"hide": "=ok"}), text("city", readonly=True), path="home"),
    rows(
        "parts",
        number("n", conditional={"hide": "=this.n > 5"}),
        computed("twice", "=this.n * 2"),
        rows("sub", text("s")),
    ),
    rows("fixed", text("label", readonly=True), tick("done"), allowAddRemove=False),
    computed("total", "=sum(parts.n)"),
    text("off", disabled=True),
)
VARIABLES = {
    "people": ["p"],
    "most": 10,
    "fixed": [{"label": "one", "id": 1}],
    "home": {"city": "Bălți"},
    "secret": "s",
}


@pytest.mark.parametrize(
    "submission, path",
    [
        ({"approved": True}, "approved"),
        ({"__class__": "x"}, "__class__"),
        ({"": 1}, ""),
        ({"a.b": 1}, "a.b"),
        ({"home": {"admin": True}}, "home.admin"),
        ({"parts": [{}, {"price": 0}]}, "parts.1.price"),
        ({"parts": [{"sub": [{"x": 1}]}]}, "parts.0.sub.0.x"),
        ({"secret": "mine"}, "secret"),
        ({"people": ["me"]}, "people"),
    ],
)
def test_a_key_that_the_form_does_not_ask_for_is_refused_by_name(submission, path):
    found = errors(EVERYTHING, {"name": "ok", **submission}, VARIABLES)

    key = path.rpartition(".")[2] if path != "a.b" else path
    assert found == {path: f'The form does not ask for "{key}". Leave it out.'}


@pytest.mark.parametrize(
    "submission, sentences",
    [
        ({"home": "Main street"}, {"home": 'Several answers by name are needed, "Main street" was given.'}),
        ({"home": [1]}, {"home": "Several answers by name are needed, [1] was given."}),
        ({"parts": {"0": {"n": 1}}}, {"parts": 'A list of rows is needed, {"0":{"n":1}} was given.'}),
        ({"parts": [5]}, {"parts.0": "Several answers by name are needed, 5 was given."}),
        ({"parts": [{}] * 1_001}, {"parts": "At most 1000 rows, 1001 given."}),
    ],
)
def test_another_shape_than_the_forms_is_refused(submission, sentences):
    assert errors(EVERYTHING, {"name": "ok", **submission}, VARIABLES) == sentences


@pytest.mark.parametrize("submission", [None, [], "x", 5, True])
def test_a_submission_that_is_no_object_is_refused(submission):
    assert errors(EVERYTHING, submission, VARIABLES) == {"": "The answers are needed by name, but none came."}


def test_the_number_of_sentences_is_bounded():
    assert len(errors(EVERYTHING, {f"key_{n}": n for n in range(10_000)})) <= 50


def test_a_value_nested_without_end_is_refused():
    deep = []
    for _ in range(5_000):
        deep = [deep]

    assert "name" in errors(EVERYTHING, {"name": deep}, VARIABLES)


def test_a_form_that_asks_nothing_takes_no_answers():
    assert check(forms.EMPTY, {}) == {}
    assert errors(forms.EMPTY, {"a": 1}) == {"a": 'The form does not ask for "a". Leave it out.'}


def test_keys_with_a_meaning_in_python_are_ordinary_keys():
    a_form = form(text("Meta"), text("load"), text("fields"), text("context"), text("self"), text("__init__"))
    submission = {"Meta": "1", "load": "2", "fields": "3", "context": "4", "self": "5", "__init__": "6"}

    assert check(a_form, submission) == submission


def test_an_error_gives_no_value_at_all():
    with pytest.raises(forms.SubmissionInvalid) as refused:
        check(EVERYTHING, {"name": "", "qty": 11}, VARIABLES)

    assert {path: str(sentence) for path, sentence in refused.value.errors.items()} == {
        "name": "An answer is needed.",
        "qty": "At most 10, 11 given.",
    }
    assert refused.value.status == 422
    assert "qty: At most 10, 11 given." in str(refused.value)


values = nested(
    [
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.text(st.characters(), max_size=20),
        st.sampled_from(["a", "files::x", "2026-11-30", "14:30", "1e999999999", "p"]),
    ],
    keys=st.text(max_size=5),
)
KEYS = sorted(set(EVERYTHING.initial(VARIABLES, now=NOW, time_zone=ZONE)) - {"people", "most"})
part = st.fixed_dictionaries(
    {},
    optional={
        "n": values,
        "twice": values,
        "sub": st.lists(st.fixed_dictionaries({}, optional={"s": values}), max_size=3) | values,
    },
)
submissions = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(KEYS, values)
    | {
        "home": st.fixed_dictionaries({}, optional={"street": values, "city": values}) | values,
        "parts": st.lists(part, max_size=4) | values,
        "fixed": st.lists(st.fixed_dictionaries({}, optional={"label": values, "done": values}), max_size=3)
        | values,
    },
)


def plain(value):
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(plain, value))
    return (
        value is None or isinstance(value, (bool, int, str)) or (type(value) is Decimal and value.is_finite())
    )


@settings(max_examples=amount.many(120, 200), deadline=None)
@given(submissions)
def test_any_submission_is_either_refused_with_sentences_or_becomes_plain_declared_values(submission):
    found = errors(EVERYTHING, submission, VARIABLES)
    assert all(0 < len(sentence) < 300 for sentence in found.values())
    if found:
        return
    got = check(EVERYTHING, submission, VARIABLES)
    assert plain(got)
    assert set(got) <= set(KEYS) - {"off"}
    assert got["home"]["city"] == "Bălți"
    assert [(row["label"], row["id"]) for row in got["fixed"]] == [("one", 1)]


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=8), values, max_size=5))
def test_any_json_object_gives_sentences_or_values_never_another_error(submission):
    errors(EVERYTHING, submission, VARIABLES)
