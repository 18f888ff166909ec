"""Hidden, read-only, disabled and computed fields: what the client says about them never counts."""

from decimal import Decimal

import pytest

from tests.engine.forms.made import check, computed, errors, form, group, number, rows, text, tick


def hidden_when(condition):
    return {"conditional": {"hide": condition}}


# ---------------------------------------------------------------- hidden


def test_a_hidden_answer_is_removed_and_not_checked():
    a_form = form(tick("late"), text("reason", validate={"required": True}, **hidden_when("=not(late)")))

    assert check(a_form, {"late": False, "reason": "x" * 50_000}) == {"late": False}
    assert errors(a_form, {"late": True, "reason": ""}) == {"reason": "An answer is needed."}
    assert check(a_form, {"late": True, "reason": "traffic"}) == {"late": True, "reason": "traffic"}


def test_a_hidden_group_hides_all_in_it_and_leaves_no_empty_object():
    a_form = form(
        tick("ship"),
        group(
            group(text("street"), path="address"),
            text("note"),
            path="delivery",
            **hidden_when("=ship = false"),
        ),
    )
    submission = {"ship": False, "delivery": {"address": {"street": "Main"}, "note": "n"}}

    assert check(a_form, submission) == {"ship": False}
    assert check(a_form, {**submission, "ship": True}) == {**submission, "ship": True}


def test_a_hidden_list_is_removed_as_a_whole():
    a_form = form(tick("none"), rows("parts", number("qty", validate={"min": 1}), **hidden_when("=none")))

    assert check(a_form, {"none": True, "parts": [{"qty": 0}]}) == {"none": True}
    assert errors(a_form, {"none": False, "parts": [{"qty": 0}]}) == {"parts.0.qty": "At least 1, 0 given."}


def test_a_hidden_answer_no_longer_counts_in_other_conditions():
    # given: "why" shows while "late" is ticked, and "late" itself only while "done" is
    a_form = form(
        tick("done"),
        tick("late", **hidden_when("=not(done)")),
        text("why", validate={"required": True}, **hidden_when("=not(late)")),
    )

    assert check(a_form, {"done": False, "late": True, "why": "x"}) == {"done": False}


def test_what_such_an_answer_was_computed_into_is_computed_again():
    a_form = form(
        tick("done"),
        tick("late", **hidden_when("=not(done)")),
        text("why", **hidden_when("=not(late)")),
        computed("length", "=string length(why)"),
    )

    assert check(a_form, {"done": False, "late": True, "why": "xyz"}) == {"done": False, "length": 0}


def test_an_object_whose_answers_are_all_hidden_is_no_object_for_expressions():
    a_form = form(
        tick("ship"),
        group(text("street"), path="to.address", **hidden_when("=not(ship)")),
        text("to.note"),
        computed("nowhere", "=to.address = null"),
    )

    assert check(a_form, {"ship": False, "to": {"note": "n"}})["nowhere"] is True
    assert check(a_form, {"ship": True, "to": {"note": "n"}})["nowhere"] is False


def test_a_hidden_answer_counts_in_expressions_with_the_value_the_form_opened_with():
    a_form = form(
        tick("own"),
        number("price", defaultValue=5, **hidden_when("=not(own)")),
        computed("total", "=price * 2"),
    )

    assert check(a_form, {"own": False, "price": 1_000}) == {"own": False, "total": 10}
    assert check(a_form, {"own": True, "price": 1_000}) == {"own": True, "price": 1_000, "total": 2_000}


# What form-js-viewer 2.0.0 (feelin 6.1.1) answers for these texts, recorded from it: is the field hidden?
# x = 5, yes = true, no = false, nothing = null, words = "it", day = "2026-11-20", few = [1, 2]
IN_THE_BROWSER = {
    "yes": True,
    "no": False,
    "nothing": True,
    "missing": True,
    "x": False,
    "words": False,
    "few": False,
    "not(yes)": False,
    "not(no)": True,
    "not(nothing)": False,
    "not(missing)": False,
    "x > 3": True,
    "x = 5": True,
    'words = "it"': True,
    'not(words = "it")': False,
    "yes, no": True,
    'x > 3 and words = "it"': True,
    "nothing = null": True,
    "missing = null": True,
    "this.x = 5": True,
    "not(x = 5) and yes": False,
    "not(yes) or yes": True,
    "-": True,
    "missing.y = null": True,
    'x > "a"': False,
    'words != "it"': False,
    "nothing > 3": True,
    "not(nothing > 3)": False,
    "missing > 3": True,
    "not(missing > 3)": False,
    "some i in few satisfies i = 2": True,
    "not(not(yes))": True,
    "count(few) = 2": True,
    'not(contains(words, "x"))': True,
    "x != null": True,
    "day < today()": False,
    "date(day) < today()": True,
    "words = 5": True,
    "nothing != 5": True,
    "nothing = 5": False,
    'not(nothing = "x")': True,
    "nothing and yes": True,
    "nothing or yes": True,
    "nothing and no": False,
    'contains(nothing, "x")': True,
    "count(nothing) > 0": True,
    "sum(few) > nothing": True,
    'nothing in ("a", "b")': False,
    "nothing between 1 and 5": True,
    "if nothing then yes else no": False,
    "nothing + 1 > 3": True,
    "few > 3": False,
}


@pytest.mark.parametrize("condition, hidden", IN_THE_BROWSER.items())
def test_a_condition_hides_exactly_where_the_browser_hides(condition, hidden):
    names = ("x", "yes", "no", "nothing", "words", "day", "few", "missing")
    a_form = form(text("a", **hidden_when(f"={condition}")), *(text_of(name) for name in names))
    variables = {
        "x": 5,
        "yes": True,
        "no": False,
        "nothing": None,
        "words": "it",
        "day": "2026-11-20",
        "few": [1, 2],
    }

    assert ("a" not in check(a_form, {"a": "answer"}, variables)) is hidden


def text_of(name):
    """A text that shows a variable, so that the form may see it."""
    return {"type": "text", "text": f"{{{{{name}}}}}"}


def test_a_condition_that_is_no_expression_hides_nothing():
    assert check(form(text("a", **hidden_when("true"))), {"a": "x"}) == {"a": "x"}


# ---------------------------------------------------------------- read-only, disabled


def test_a_read_only_answer_is_replaced_by_ours():
    a_form = form(
        text("customer", readonly=True), number("price", readonly=True, validate={"max": 1}), text("note")
    )

    got = check(
        a_form,
        {"customer": "Mallory", "price": 0, "note": "n"},
        {"customer": "Ana", "price": Decimal("19.90")},
    )

    assert got == {"customer": "Ana", "price": Decimal("19.90"), "note": "n"}


def test_a_read_only_answer_we_do_not_have_is_its_default():
    a_form = form(text("state", readonly=True, defaultValue="new"), number("n", readonly=True))

    assert check(a_form, {"state": "approved", "n": 5}) == {"state": "new", "n": None}


def test_read_only_may_depend_on_other_answers():
    a_form = form(tick("locked"), number("price", readonly="=locked"))

    assert check(a_form, {"locked": True, "price": 1}, {"price": 20}) == {"locked": True, "price": 20}
    assert check(a_form, {"locked": False, "price": 1}, {"price": 20}) == {"locked": False, "price": 1}


@pytest.mark.parametrize("disabled", [True, "=false"])
def test_a_disabled_answer_is_never_taken(disabled):
    a_form = form(text("a", disabled=disabled, validate={"required": True}), text("b"))

    assert check(a_form, {"a": "x", "b": "y"}, {"a": "old"}) == {"b": "y"}


def test_expressions_see_our_value_of_read_only_and_disabled_fields():
    a_form = form(
        number("price", readonly=True),
        number("rate", disabled=True),
        number("qty"),
        computed("sum", "=price * rate * qty"),
    )

    got = check(a_form, {"price": 0, "rate": 0, "qty": 3}, {"price": 10, "rate": 2})

    assert got == {"price": 10, "qty": 3, "sum": 60}


# ---------------------------------------------------------------- computed


def test_a_computed_answer_is_computed_here():
    a_form = form(number("qty"), number("price"), computed("total", "=qty * price"))

    assert check(a_form, {"qty": 3, "price": Decimal("1.10"), "total": 999}) == {
        "qty": 3,
        "price": Decimal("1.10"),
        "total": Decimal("3.30"),
    }


def test_computed_answers_may_use_each_other_in_any_order():
    a_form = form(
        computed("gross", "=net + tax"),
        computed("tax", "=net * 0.2"),
        computed("net", "=qty * 10"),
        number("qty"),
    )

    assert check(a_form, {"qty": 5}) == {"gross": 60, "tax": 10, "net": 50, "qty": 5}


def test_computed_answers_that_go_round_in_a_circle_come_to_an_end():
    a_form = form(computed("a", "=b + 1"), computed("b", "=a + 1"))

    assert set(check(a_form, {}, {"a": 1, "b": 1})) == {"a", "b"}


def test_a_condition_may_use_a_computed_answer():
    a_form = form(
        number("qty"),
        computed("total", "=qty * 100"),
        text("why", validate={"required": True}, **hidden_when("=total < 500")),
    )

    assert check(a_form, {"qty": 4}) == {"qty": 4, "total": 400}
    assert errors(a_form, {"qty": 5}) == {"why": "An answer is needed."}


def test_a_hidden_computed_field_gives_nothing():
    a_form = form(tick("on"), computed("a", "=1", **hidden_when("=not(on)")))

    assert check(a_form, {"on": False}) == {"on": False}
    assert check(a_form, {"on": True}) == {"on": True, "a": 1}


def test_a_hidden_computed_field_is_null_for_the_others():
    a_form = form(tick("on"), computed("a", "=1", **hidden_when("=not(on)")), computed("b", "=a"))

    assert check(a_form, {"on": False}) == {"on": False, "b": None}


def test_a_computed_answer_that_json_cannot_hold_is_null():
    assert check(form(computed("a", "=[1..5]")), {}) == {"a": None}
    assert check(form(computed("a", '=date("2026-11-21")')), {}) == {"a": "2026-11-21"}


def test_an_expression_beyond_its_limits_refuses_the_submission():
    a_form = form(number("n"), computed("a", "=count(for x in 1..n, y in 1..n return x * y)"))

    found = errors(a_form, {"n": 100_000})

    assert found == {
        "": "An expression of this form needs more time or room than it may have. Give shorter answers."
    }


def test_today_is_the_shops_day():
    from datetime import UTC, datetime

    a_form = form(computed("day", "=string(today())"))
    late = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)

    assert check(a_form, {}, now=late) == {"day": "2026-11-21"}
    assert check(a_form, {}, now=late, time_zone="UTC") == {"day": "2026-11-20"}
