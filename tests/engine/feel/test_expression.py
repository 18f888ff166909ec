"""The public API: compile once, evaluate anywhere, get a value and the reasons for null."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine import feel


def test_an_expression_reads_plain_data_and_gives_a_value_without_diagnostics():
    expression = feel.compile('order.kind = "urgent" and order.total > 100')

    result = expression.evaluate({"order": {"kind": "urgent", "total": 250}})

    assert result.value is True
    assert result.diagnostics == []


def test_the_same_text_is_compiled_once():
    assert feel.compile("1 + 1") is feel.compile("1 + 1")


def test_a_missing_variable_is_null_and_says_so_with_its_position():
    result = feel.compile("1 + missing").evaluate({})

    assert result.value is None
    assert result.diagnostics[0].code == "no-variable"
    assert result.diagnostics[0].position == 4
    assert "missing" in result.diagnostics[0].message


@pytest.mark.parametrize(
    "text, variables, value",
    [
        ("count", {}, None),
        ("count = null", {}, True),
        ("is defined(count)", {}, False),
        ("count.first", {}, None),
        ('number("5") + number', {"number": 2}, 7),
        ("count([1, 2]) + count", {"count": None}, None),
        ("[{count: 1}, {count: 2}][count > 1].count", {}, [2]),
    ],
)
def test_in_a_model_the_name_of_a_function_alone_is_a_variable(text, variables, value):
    expression = feel.compile(text, functions_are_values=False)

    assert feel.to_json(expression.evaluate(variables).value) == value
    assert feel.compile("[count][1] instance of function").evaluate({}).value is True


def test_names_are_the_variables_an_expression_reads_from_outside():
    expression = feel.compile("for x in orders return x.total + rate + count(orders[price > limit])")

    assert expression.names == {"orders", "rate", "price", "limit"}
    assert expression.certain_names == {"orders", "rate"}


@pytest.mark.parametrize(
    "text, position",
    [("1 +", 3), ("if a then b", 11), ("[1, 2", 5), ("a b", 2), ("", 0), ("{a 1}", 4), ('"open', 0)],
)
def test_a_broken_text_is_refused_with_a_sentence_and_the_position(text, position):
    with pytest.raises(feel.SyntaxProblem) as problem:
        feel.compile(text)

    assert problem.value.position == position
    assert problem.value.message.startswith("Expected")


def test_data_is_never_changed_and_floats_come_in_by_their_shortest_text():
    data = {"prices": [0.1, 0.2, 3], "nested": {"n": 1}}
    before = repr(data)

    result = feel.compile('{total: sum(prices), copy: context put(nested, "n", 2)}').evaluate(data)

    assert result.value == {"total": Decimal("3.3"), "copy": {"n": Decimal(2)}}
    assert repr(data) == before


def test_python_dates_come_in_and_iso_texts_go_out():
    data = {
        "day": datetime.date(2024, 2, 28),
        "moment": datetime.datetime(2024, 2, 28, 12, tzinfo=datetime.UTC),
        "span": datetime.timedelta(hours=36),
    }

    result = feel.compile('[day + @"P1D", moment + span, span, time(moment)]').evaluate(data)

    assert feel.to_json(result.value) == ["2024-02-29", "2024-03-01T00:00:00Z", "P1DT12H", "12:00:00Z"]


def test_whole_numbers_leave_as_int_and_others_as_decimal():
    assert feel.to_json(feel.compile("[10 / 2, 1 / 4, 1.0]").evaluate({}).value) == [5, Decimal("0.25"), 1]
    assert type(feel.to_json(Decimal("2.0"))) is int


@pytest.mark.parametrize("text", ["[1..2]", "function() 1", "[count]"])
def test_what_json_cannot_say_is_refused(text):
    with pytest.raises(feel.FeelError, match="JSON"):
        feel.to_json(feel.compile(text).evaluate({}).value)


def test_a_python_object_is_no_data():
    with pytest.raises(feel.FeelError, match="plain data"):
        feel.compile("x").evaluate({"x": object()})


def test_the_clock_is_the_one_that_is_handed_in():
    now = datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)

    result = feel.compile("[now(), today(), now() = now()]").evaluate({}, now=now)

    assert feel.to_json(result.value) == ["2031-05-06T07:08:09Z", "2031-05-06", True]


def test_a_condition_without_an_input_may_stand_where_unary_tests_are_expected():
    hide = feel.compile_unary_tests("amount > 100")

    assert hide.evaluate({"amount": 250}).value is True
    assert hide.evaluate({"amount": 50}).value is False
    assert hide.evaluate({}).value is None


def test_unary_tests_compare_the_input():
    test = feel.compile_unary_tests('not("a", "b")')

    assert test.evaluate({"?": "c"}).value is True
    assert test.evaluate({"?": "a"}).value is False


def test_a_hundred_threads_share_one_expression():
    expression = feel.compile("sum(for i in 1..n return i * i)")

    with ThreadPoolExecutor(100) as pool:
        results = list(pool.map(lambda n: expression.evaluate({"n": n}).value, range(1, 101)))

    assert results == [sum(i * i for i in range(1, n + 1)) for n in range(1, 101)]


@pytest.mark.parametrize("op", ["=", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize(
    "value",
    [5, 100, 100.0, Decimal("100.00"), 101, -1, 2**70, 10**7000, True, None, "a", "100", [100], [], {"a": 1}],
    ids=lambda value: repr(value) if not isinstance(value, int) or value < 2**80 else "beyond FEEL",
)
@pytest.mark.parametrize("literal", ["100", '"a"', "1.5"])
def test_the_short_way_to_compare_an_entry_gives_the_same_answer_as_the_long_one(op, value, literal):
    short = feel.compile(f"order.total {op} {literal}").evaluate({"order": {"total": value}})
    long = feel.compile(f"(if true then order.total else 0) {op} {literal}").evaluate(
        {"order": {"total": value}}
    )

    assert short.value is long.value
    assert [one.code for one in short.diagnostics] == [one.code for one in long.diagnostics]
