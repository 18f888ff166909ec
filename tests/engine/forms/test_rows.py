"""Lists of rows: one schema a row, what each row sees, and which of our rows a submitted one is."""

from decimal import Decimal

from tests.engine.forms.made import check, computed, errors, form, group, number, rows, text, tick

PARTS = rows("parts", text("name", validate={"required": True}), number("qty", validate={"min": 1}))


def test_every_row_is_checked_and_refused_by_its_number():
    a_form = form(PARTS)
    good = [{"name": "a", "qty": 1}, {"name": "b", "qty": None}]

    assert check(a_form, {"parts": good}) == {"parts": good}
    assert errors(a_form, {"parts": [{"name": "a", "qty": 1}, {"name": "", "qty": 0}]}) == {
        "parts.1.name": "An answer is needed.",
        "parts.1.qty": "At least 1, 0 given.",
    }


def test_a_list_left_out_is_empty_because_the_browser_sends_nothing_for_no_rows():
    a_form = form(PARTS)

    assert check(a_form, {}, {"parts": [{"name": "old", "qty": 1}]}) == {"parts": []}
    assert check(a_form, {"parts": []}) == {"parts": []}
    assert check(a_form, {"parts": None}) == {"parts": []}


def test_a_row_whose_answers_are_all_hidden_comes_as_null_and_stays_in_its_place():
    a_form = form(rows("parts", text("a", conditional={"hide": "=i[1] = 1"})))

    assert check(a_form, {"parts": [None, {"a": "second"}]}) == {"parts": [{}, {"a": "second"}]}


def test_conditions_and_limits_see_their_own_row_the_row_around_and_its_number():
    inner = rows("sub", number("n", validate={"max": "=parent.most"}), computed("place", "=i"))
    a_form = form(
        number("all"),
        rows("parts", number("most"), text("why", conditional={"hide": "=this.most < all"}), inner),
    )
    submission = {
        "all": 5,
        "parts": [
            {"most": 1, "why": "hidden", "sub": [{"n": 1}]},
            {"most": 9, "why": "shown", "sub": [{"n": 1}, {"n": 9}]},
        ],
    }

    assert check(a_form, submission) == {
        "all": 5,
        "parts": [
            {"most": 1, "sub": [{"n": 1, "place": [1, 1]}]},
            {"most": 9, "why": "shown", "sub": [{"n": 1, "place": [2, 1]}, {"n": 9, "place": [2, 2]}]},
        ],
    }
    submission["parts"][0]["sub"][0]["n"] = 2
    assert errors(a_form, submission) == {"parts.0.sub.0.n": "At most 1, 2 given."}


def test_rows_are_computed_before_the_totals_over_them_whatever_their_order():
    a_form = form(
        computed("total", "=sum(parts.sum)"),
        rows("parts", number("qty"), number("price"), computed("sum", "=this.qty * this.price")),
    )

    got = check(
        a_form,
        {"total": 0, "parts": [{"qty": 2, "price": Decimal("1.5"), "sum": 99}, {"qty": 1, "price": 4}]},
    )

    assert got["total"] == 7
    assert [row["sum"] for row in got["parts"]] == [3, 4]


def test_a_hidden_answer_of_a_row_does_not_count_in_the_totals():
    a_form = form(
        rows("parts", tick("free"), number("price", conditional={"hide": "=this.free"})),
        computed("total", "=sum(parts[price != null].price)"),
    )

    got = check(a_form, {"parts": [{"free": True, "price": 100}, {"free": False, "price": 5}]})

    assert got == {"parts": [{"free": True}, {"free": False, "price": 5}], "total": 5}


def test_given_rows_keep_their_number_and_what_the_form_does_not_show():
    # given a checklist: rows come from the process, only "done" is answered
    a_form = form(rows("steps", text("label", readonly=True), tick("done"), allowAddRemove=False))
    variables = {"steps": [{"label": "Wash", "id": 7, "done": False}, {"label": "Dry", "id": 8}]}

    got = check(
        a_form, {"steps": [{"label": "forged", "done": True}, {"label": "Dry", "done": False}]}, variables
    )

    assert got == {
        "steps": [{"label": "Wash", "id": 7, "done": True}, {"label": "Dry", "id": 8, "done": False}]
    }
    for wrong in ([], [{"done": True}], [{}, {}, {"done": True}]):
        assert errors(a_form, {"steps": wrong}, variables) == {"steps": f"2 rows needed, {len(wrong)} given."}


def test_given_rows_left_out_stay_as_opened():
    a_form = form(rows("steps", text("label", readonly=True), tick("done"), allowAddRemove=False))
    variables = {"steps": [{"label": "Wash", "id": 7, "done": True}]}

    assert check(a_form, {}, variables) == variables


def test_removed_and_added_rows_are_recognised_by_their_read_only_answers():
    a_form = form(rows("parts", text("no", readonly=True), number("price", readonly=True), number("qty")))
    variables = {
        "parts": [
            {"no": "A", "price": 10, "qty": 1, "bin": "x"},
            {"no": "B", "price": 20, "qty": 2, "bin": "y"},
            {"no": "C", "price": 30, "qty": 3, "bin": "z"},
        ]
    }

    # when B is removed, C counted anew, and a row added that claims a price
    got = check(
        a_form,
        {
            "parts": [
                {"no": "A", "price": 10, "qty": 1},
                {"no": "C", "price": 30, "qty": 7},
                {"no": "D", "price": 0, "qty": 1},
                {"no": "B", "price": 0, "qty": 5},
            ]
        },
        variables,
    )

    assert got["parts"] == [
        {"no": "A", "price": 10, "qty": 1, "bin": "x"},
        {"no": "C", "price": 30, "qty": 7, "bin": "z"},
        {"no": "", "price": None, "qty": 1},
        {"no": "", "price": None, "qty": 5},
    ]


def test_one_of_our_rows_cannot_be_claimed_twice():
    a_form = form(rows("parts", text("no", readonly=True), number("qty")))
    twice = [{"no": "A", "qty": 1}, {"no": "A", "qty": 2}]

    got = check(a_form, {"parts": twice}, {"parts": [{"no": "A", "qty": 1}]})

    assert got["parts"] == [{"no": "A", "qty": 1}, {"no": "", "qty": 2}]


def test_rows_without_read_only_answers_carry_nothing_over_from_ours():
    a_form = form(rows("parts", number("qty")))

    assert check(a_form, {"parts": [{"qty": 2}]}, {"parts": [{"qty": 1, "id": 7}]}) == {"parts": [{"qty": 2}]}


def test_rows_read_only_under_a_condition_come_from_ours():
    a_form = form(tick("closed"), rows("parts", number("qty", readonly="=closed")))
    variables = {"parts": [{"qty": 1, "id": 7}, {"qty": 2, "id": 8}]}

    assert check(a_form, {"closed": True, "parts": [{"qty": 2}]}, variables)["parts"] == [{"qty": 2}]
    assert check(a_form, {"closed": True, "parts": [{"qty": 50}]}, variables)["parts"] == [{"qty": 1}]
    assert check(a_form, {"closed": False, "parts": [{"qty": 50}]}, variables)["parts"] == [{"qty": 50}]


def test_a_new_row_begins_with_the_defaults():
    a_form = form(rows("parts", text("unit", defaultValue="pcs"), number("qty")))

    assert check(a_form, {"parts": [{"qty": 1}]}) == {"parts": [{"unit": "pcs", "qty": 1}]}


def test_a_list_inside_groups_and_groups_inside_rows_keep_their_paths():
    a_form = form(group(rows("lines", group(text("street"), path="to"), text("note")), path="order.goods"))
    submission = {"order": {"goods": {"lines": [{"to": {"street": "S"}, "note": "n"}]}}}

    assert check(a_form, submission) == submission
    assert [field.path for field in a_form.fields] == [
        "order.goods.lines.*.to.street",
        "order.goods.lines.*.note",
    ]


def test_a_list_that_does_not_repeat_is_a_group():
    a_form = form(rows("home", text("street"), isRepeating=False))

    assert check(a_form, {"home": {"street": "S"}}) == {"home": {"street": "S"}}


def test_an_object_answered_in_part_keeps_the_rest_of_the_variable():
    a_form = form(text("customer.name"), text("customer.note", conditional={"hide": "=true"}))
    variables = {"customer": {"name": "A", "note": "ours", "id": 7}}

    assert check(a_form, {"customer": {"name": "B", "note": "x"}}, variables) == {
        "customer": {"name": "B", "note": "ours", "id": 7}
    }
    assert variables == {"customer": {"name": "A", "note": "ours", "id": 7}}
