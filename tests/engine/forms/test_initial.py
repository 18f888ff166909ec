"""What leaves the server when a form opens: what the form shows, as the browser understands it, and nothing else."""

import json
from datetime import date
from decimal import Decimal

import pytest

from tests.engine.forms.made import NOW, ZONE, check, computed, form, group, number, rows, text, tick


def initial(a_form, variables=None):
    return a_form.initial(variables or {}, now=NOW, time_zone=ZONE)


def test_only_the_forms_own_fields_leave_the_server():
    a_form = form(text("name"), number("customer.limit"), rows("parts", number("qty")))
    variables = {
        "name": "Ana",
        "salary": 5_000,
        "customer": {"limit": 10, "phone": "+373"},
        "parts": [{"qty": 1, "cost": 99}],
    }

    assert initial(a_form, variables) == {"name": "Ana", "customer": {"limit": 10}, "parts": [{"qty": 1}]}


def test_variables_that_expressions_and_texts_read_leave_too():
    a_form = form(
        text("a", conditional={"hide": "=by_condition"}, label="{{by_label}}", description="=by_description"),
        number(
            "b",
            validate={"max": "=by_limit"},
            readonly="=by_readonly",
            appearance={"suffixAdorner": "{{by_unit}}"},
        ),
        {"type": "select", "key": "c", "label": "C", "valuesKey": "by_key"},
        {"type": "radio", "key": "d", "label": "D", "valuesExpression": "=by_options"},
        {"type": "text", "text": "Hello {{#if by_if}}{{by_text}}{{/if}}{{#loop by_loop}}{{this.x}}{{/loop}}"},
        {"type": "table", "dataSource": "=by_table", "columnsExpression": "=by_columns"},
        {"type": "filepicker", "key": "e", "label": "E", "multiple": "=by_multiple", "accept": "=by_accept"},
        {"type": "image", "source": "=by_source", "alt": "{{by_alt}}"},
        {"type": "html", "content": "<b>{{by_html}}</b>"},
        computed("f", "=by_expression + sum(for p in by_for return p.n)"),
        rows("g", computed("h", "=this.x + by_row")),
    )
    names = {
        f"by_{word}"
        for word in (
            "condition label description limit readonly unit key options if text loop table columns multiple accept source alt "
            "html expression for row"
        ).split()
    }

    assert a_form.names_read == names
    sent = initial(a_form, dict.fromkeys(names, 1) | {"other": 1, "this": 1, "i": 1})
    assert set(sent) == names | {"a", "b", "c", "d", "e", "f", "g"}


def test_whole_rows_leave_where_an_expression_of_the_row_looks_at_them():
    looking = form(rows("parts", number("qty"), computed("sum", "=this.qty * this.price")))

    assert initial(looking, {"parts": [{"qty": 2, "price": 3}]}) == {
        "parts": [{"qty": 2, "price": 3, "sum": 6}]
    }


def test_expressions_here_see_no_more_variables_than_the_browser_does():
    a_form = form(computed("a", "=this.secret"))

    assert check(a_form, {}, {"secret": 1}) == {"a": None}


def test_values_are_plain_json():
    sent = initial(
        form(number("a"), number("b"), number("c", serializeToString=True)),
        {"a": Decimal("1.10"), "b": Decimal("2.0"), "c": 3},
    )

    assert json.loads(json.dumps(sent)) == {"a": 1.1, "b": 2, "c": "3"}


@pytest.mark.parametrize(
    "component, variable, opened",
    [
        ({"type": "textfield"}, "a\nb", "a b"),
        ({"type": "textfield"}, 5, "5"),
        ({"type": "textfield"}, True, "true"),
        ({"type": "textfield"}, None, ""),
        ({"type": "textfield"}, {"x": 1}, ""),
        ({"type": "textarea"}, "a\nb", "a\nb"),
        ({"type": "number"}, "5", 5),
        ({"type": "number"}, "five", None),
        ({"type": "number"}, True, None),
        ({"type": "checkbox"}, "true", False),
        ({"type": "checkbox"}, True, True),
        ({"type": "select", "values": [{"label": "A", "value": "a"}]}, "a", "a"),
        ({"type": "select", "values": [{"label": "A", "value": "a"}]}, "b", None),
        ({"type": "select", "valuesExpression": '=["a"]'}, "b", "b"),
        ({"type": "checklist", "values": [{"label": "A", "value": "a"}]}, ["a", "b"], ["a"]),
        ({"type": "checklist", "values": [{"label": "A", "value": "a"}]}, "a", []),
        ({"type": "checklist", "valuesExpression": '=["a"]'}, ["b"], ["b"]),
        ({"type": "datetime", "subtype": "date"}, "2026-11-21", "2026-11-21"),
        ({"type": "datetime", "subtype": "date"}, "21.11.2026", None),
        ({"type": "datetime", "subtype": "time"}, "14:30", "14:30"),
        ({"type": "datetime", "subtype": "time"}, "2 pm", None),
        ({"type": "datetime", "subtype": "datetime"}, "2026-11-21T14:30Z", "2026-11-21T14:30Z"),
        ({"type": "datetime", "subtype": "datetime"}, "2026-11-21", None),
        ({"type": "filepicker"}, [{"id": "1"}], None),
    ],
)
def test_a_variable_is_taken_in_as_the_browser_takes_it(component, variable, opened):
    assert initial(form({"key": "a", "label": "A", **component}), {"a": variable}) == {"a": opened}


def test_defaults_stand_where_there_is_no_variable_and_null_is_one():
    a_form = form(
        text("a", defaultValue="x"),
        text("b"),
        tick("c"),
        number("d"),
        {"type": "taglist", "key": "e", "values": []},
    )

    assert initial(a_form) == {"a": "x", "b": "", "c": False, "d": None, "e": []}
    assert initial(a_form, {"a": None})["a"] == ""


def test_a_list_opens_with_the_rows_it_has_or_the_number_set():
    a_form = form(rows("parts", number("qty", defaultValue=1), defaultRepetitions=2))

    assert initial(a_form) == {"parts": [{"qty": 1}, {"qty": 1}]}
    assert initial(a_form, {"parts": []}) == {"parts": []}
    assert initial(a_form, {"parts": [{"qty": 5}, "broken"]}) == {"parts": [{"qty": 5}, {"qty": 1}]}


def test_computed_answers_are_there_when_the_form_opens():
    a_form = form(number("qty"), group(computed("sum", "=qty * 2"), path="totals"))

    assert initial(a_form, {"qty": 4}) == {"qty": 4, "totals": {"sum": 8}}


def test_what_is_hidden_now_opens_with_its_value_for_when_it_is_shown():
    a_form = form(tick("on"), text("a", conditional={"hide": "=not(on)"}))

    assert initial(a_form, {"a": "kept"}) == {"on": False, "a": "kept"}


def test_variables_are_never_changed():
    variables = {"parts": [{"qty": "5"}], "home": {"street": 1}}

    initial(form(rows("parts", number("qty")), text("home.street")), variables)

    assert variables == {"parts": [{"qty": "5"}], "home": {"street": 1}}


def test_answers_left_out_stay_as_the_form_was_opened():
    a_form = form(
        text("a", defaultValue="x"), text("b", validate={"required": True}), {"type": "datetime", "key": "c"}
    )

    assert check(a_form, {}, {"b": "ours", "c": date(2026, 1, 1).isoformat()}) == {
        "a": "x",
        "b": "ours",
        "c": "2026-01-01",
    }
