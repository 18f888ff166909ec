"""Intake: the status follows from the marks and from nothing else; marks are made in order and taken back from the last."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, exc, select
from sqlalchemy.orm import Session

from engine import errors
from processes.records import intake, order_status, orders, places, work_orders
from processes.records.intake import IntakeDocument
from tests.processes.company import NOW
from tests.processes.repair_shop import device, instance, open_shop, posting, ready, repair, taken_in

_GIVEN_TO = {"id_checked": True, "accessories_returned": True}


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def _statuses(session: Session, order_no: str = "R-0001") -> list[str]:
    return [row.to_status for row in order_status.history(session, order_no)]


def _refused(match: str | None = None) -> Any:
    """The marks do not allow it: a BPMN error that says what is in the way."""
    return pytest.raises(
        errors.BusinessError, match=match, check=lambda error: error.code == "MARK_NOT_ALLOWED"
    )


def test_a_device_that_is_taken_in_is_accepted_and_at_the_reception(shop: Session) -> None:
    document = taken_in(shop)

    assert document.status == "accepted"
    assert _statuses(shop) == ["accepted"]
    assert places.of(shop, device(shop).key) == "reception"


def test_an_order_is_taken_in_once(shop: Session) -> None:
    document = taken_in(shop)

    again = intake.accept(shop, posting(shop, "later"), "take_in", number="RC-2", completeness="Other")

    assert again is document
    assert _statuses(shop) == ["accepted"]


def test_a_repair_on_site_has_no_intake_document(shop: Session) -> None:
    repair(shop, place="on_site", address="12 Example Street")

    with _refused(match="on site"):
        intake.accept(shop, posting(shop, "a"), "take_in", number="RC-1", completeness="Complete")

    assert intake.of(shop, "R-0001") is None


def test_nobody_sets_the_status(shop: Session) -> None:
    document = taken_in(shop)

    with pytest.raises(AttributeError):
        document.status = "ready"
    with pytest.raises(AttributeError):
        IntakeDocument(status="ready")

    assert document.status == "accepted"


@pytest.mark.parametrize(
    "marks, status",
    [
        ({}, "accepted"),
        ({"variant": "own"}, "in_work"),
        ({"variant": "third_party"}, "in_work"),
        ({"variant": "own", "repair_done_at": NOW}, "ready"),
        ({"variant": "third_party", "accepted_back_at": NOW}, "ready"),
        ({"variant": "own", "accepted_back_at": NOW}, "in_work"),
        ({"variant": "third_party", "repair_done_at": NOW}, "in_work"),
        ({"repair_done_at": NOW, "accepted_back_at": NOW}, "accepted"),
        ({"variant": "own", "repair_done_at": NOW, "issued_at": NOW}, "issued"),
        ({"issued_at": NOW}, "issued"),
    ],
)
def test_the_status_is_a_function_of_the_marks(marks: dict[str, Any], status: str) -> None:
    assert IntakeDocument(**marks).status == status


def test_lists_see_the_same_status_as_cards(any_database: Engine, shop: Session) -> None:
    taken_in(shop, "R-0001")
    ready(shop, "R-0002", device=device(shop, "912-KWSB"))
    taken_in(shop, "R-0003", device=device(shop, "ML-0041")).set_variant(
        "third_party", posting(shop, "variant", "R-0003"), "choose_variant", partner="Service one"
    )
    shop.flush()

    listed = shop.execute(select(IntakeDocument.order_no, IntakeDocument.status)).all()

    assert dict(map(tuple, listed)) == {"R-0001": "accepted", "R-0002": "ready", "R-0003": "in_work"}
    assert {no: intake.of(shop, no).status for no, _status in listed} == dict(map(tuple, listed))


def test_the_way_of_a_repair_in_our_workshop(shop: Session) -> None:
    document = ready(shop)

    document.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)

    assert document.status == "issued"
    assert _statuses(shop) == ["accepted", "in_work", "ready", "issued"]
    causes = [row.cause_element for row in order_status.history(shop, "R-0001")]
    assert causes == ["take_in", "choose_variant", "mark_done", "hand_out"]
    moved = [row.to_place for row in places.movements(shop, device(shop).key)]
    assert moved == ["reception", "workshop", "reception", "customer"]
    assert (document.recipient, document.outcome) == ("А. К.", "repaired")


def test_a_repair_at_a_service_centre_is_ready_when_it_is_back(shop: Session) -> None:
    document = taken_in(shop)
    document.set_variant("third_party", posting(shop, "v"), "choose_variant", partner="Service one")
    places.bring(shop, device(shop).key, "partner", posting(shop, "send"), "Service one")

    document.mark_accepted_back("repaired", posting(shop, "back"), "receive_back")

    assert document.status == "ready"
    assert places.of(shop, device(shop).key) == "reception"


def test_our_mark_is_not_made_on_what_a_service_centre_repairs(shop: Session) -> None:
    document = taken_in(shop)
    document.set_variant("third_party", posting(shop, "v"), "choose_variant", partner="Service one")

    with _refused(match="Repair done"):
        document.mark_repair_done("repaired", posting(shop, "d"), "mark_done")

    assert document.status == "in_work"


def test_the_mark_of_a_service_centre_is_not_made_on_our_own_repair(shop: Session) -> None:
    document = taken_in(shop)
    document.set_variant("own", posting(shop, "v"), "choose_variant")

    with _refused(match="Accepted from service centre"):
        document.mark_accepted_back("repaired", posting(shop, "d"), "receive_back")

    assert _statuses(shop) == ["accepted", "in_work"]


@pytest.mark.parametrize(
    "marks",
    [
        {"repair_done_at": NOW, "outcome": "repaired"},
        {
            "variant": "third_party",
            "partner": "One",
            "variant_set_at": NOW,
            "repair_done_at": NOW,
            "outcome": "repaired",
        },
        {"variant": "own", "variant_set_at": NOW, "accepted_back_at": NOW, "outcome": "repaired"},
        {"issued_at": NOW, "recipient": "А. К."},
        {"variant": "third_party", "variant_set_at": NOW},
        {"variant": "own", "variant_set_at": NOW, "repair_done_at": NOW},
        {"variant": "own", "variant_set_at": NOW, "repair_done_at": NOW, "outcome": "without_repair"},
        {"variant": "own"},
        {"variant": "own", "variant_set_at": NOW, "partner": "One"},
    ],
)
def test_the_database_refuses_marks_that_do_not_fit(
    any_database: Engine, shop: Session, marks: dict[str, Any]
) -> None:
    document = taken_in(shop)

    for name, value in marks.items():
        setattr(document, name, value)

    with pytest.raises(exc.IntegrityError):
        shop.flush()


def test_a_mark_is_not_made_twice_by_two_effects_and_once_by_one(shop: Session) -> None:
    document = ready(shop)

    document.mark_repair_done("repaired", posting(shop, "done"), "mark_done")
    with _refused():
        document.mark_repair_done("repaired", posting(shop, "again"), "mark_done")

    assert _statuses(shop) == ["accepted", "in_work", "ready"]


def test_a_repair_is_not_done_before_anybody_said_who_does_it(shop: Session) -> None:
    with _refused():
        taken_in(shop).mark_repair_done("repaired", posting(shop, "d"), "mark_done")


@pytest.mark.parametrize(
    "variant, partner", [("third_party", None), ("third_party", " "), ("own", "Service one")]
)
def test_a_service_centre_is_named_and_our_workshop_is_none(
    shop: Session, variant: str, partner: str | None
) -> None:
    with _refused():
        taken_in(shop).set_variant(variant, posting(shop, "v"), "choose_variant", partner=partner)


def test_who_repairs_may_change_with_a_reason_until_it_is_ready(shop: Session) -> None:
    document = taken_in(shop)
    document.set_variant("own", posting(shop, "v"), "choose_variant")

    with _refused(match="reason"):
        document.set_variant("third_party", posting(shop, "w"), "choose_variant", partner="Service one")
    document.set_variant(
        "third_party", posting(shop, "x"), "choose_variant", partner="Service one", reason="No tool for it"
    )
    document.mark_accepted_back("repaired", posting(shop, "back"), "receive_back")
    with _refused(match="Ready for hand-out"):
        document.set_variant("own", posting(shop, "y"), "choose_variant", reason="Late idea")

    assert (document.variant, document.status) == ("third_party", "ready")
    assert _statuses(shop) == ["accepted", "in_work", "ready"]


def test_saying_again_who_repairs_changes_nothing(shop: Session) -> None:
    document = taken_in(shop)
    document.set_variant("own", posting(shop, "v"), "choose_variant")

    document.set_variant("own", posting(shop, "w"), "choose_variant")

    assert _statuses(shop) == ["accepted", "in_work"]


def test_a_device_that_goes_back_unrepaired_is_ready_with_that_outcome_and_a_reason(shop: Session) -> None:
    document = taken_in(shop)
    document.set_variant("own", posting(shop, "v"), "choose_variant")

    with _refused(match="Say why"):
        document.mark_repair_done("without_repair", posting(shop, "d"), "return_unrepaired")
    document.mark_repair_done("without_repair", posting(shop, "e"), "return_unrepaired", "Declined")

    assert (document.status, document.outcome, document.outcome_reason) == (
        "ready",
        "without_repair",
        "Declined",
    )


@pytest.mark.parametrize("outcome, variant", [("broken", "own"), ("repaired", "nobody")])
def test_what_there_is_not_is_refused(shop: Session, outcome: str, variant: str) -> None:
    document = taken_in(shop)

    with pytest.raises(errors.Refused, match="Expected the"):
        document.set_variant(variant, posting(shop, "v"), "choose_variant")
        document.mark_repair_done(outcome, posting(shop, "d"), "mark_done")


def test_marks_are_cleared_from_the_last_one_step_at_a_time(shop: Session) -> None:
    document = ready(shop)

    document.clear_last_mark("Not tested", posting(shop, "c1"), "clear")
    assert (document.status, document.outcome) == ("in_work", None)
    assert places.of(shop, device(shop).key) == "workshop"
    document.clear_last_mark("Wrong shop", posting(shop, "c2"), "clear")
    assert (document.status, document.variant) == ("accepted", None)
    assert places.of(shop, device(shop).key) == "reception"
    with _refused(match="no mark"):
        document.clear_last_mark("More", posting(shop, "c3"), "clear")

    last = order_status.history(shop, "R-0001")[-2:]
    assert [(row.from_status, row.to_status, row.reason) for row in last] == [
        ("ready", "in_work", "Not tested"),
        ("in_work", "accepted", "Wrong shop"),
    ]


def test_clearing_in_one_effect_twice_clears_one_mark(shop: Session) -> None:
    document = ready(shop)

    for _time in range(2):
        document.clear_last_mark("Not tested", posting(shop, "c"), "clear")

    assert document.status == "in_work"


def test_a_mark_is_not_cleared_without_a_reason_or_after_hand_out(shop: Session) -> None:
    document = ready(shop)

    with _refused(match="reason"):
        document.clear_last_mark("  ", posting(shop, "c"), "clear")
    document.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)
    with _refused(match="handed out"):
        document.clear_last_mark("Came back", posting(shop, "d"), "clear")

    assert document.status == "issued"


def test_a_mark_is_not_cleared_while_the_work_order_is_completed(shop: Session) -> None:
    document = ready(shop)
    work_orders.open_for(shop, posting(shop, "work order")).complete("repaired", posting(shop, "complete"))
    shop.flush()

    with _refused(match="Reverse it first"):
        document.clear_last_mark("Not tested", posting(shop, "c"), "clear")


@pytest.mark.parametrize("recipient", ["", "   "])
def test_a_device_is_issued_to_somebody(shop: Session, recipient: str) -> None:
    with _refused(match="who receives"):
        ready(shop).mark_issued(recipient, posting(shop, "out"), "hand_out", **_GIVEN_TO)


def test_a_device_that_is_not_ready_is_not_issued(shop: Session) -> None:
    document = taken_in(shop)

    with _refused(match="Accepted for repair"):
        document.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)
    document.set_variant("own", posting(shop, "v"), "choose_variant")
    with _refused(match="In work"):
        document.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)


def test_issuing_is_final(shop: Session) -> None:
    document = ready(shop)
    document.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)

    document.mark_issued("Somebody else", posting(shop, "out"), "hand_out", **_GIVEN_TO)
    with _refused():
        document.mark_issued("Somebody else", posting(shop, "out again"), "hand_out", **_GIVEN_TO)

    assert document.recipient == "А. К."


def test_the_device_of_a_cancelled_order_goes_back_without_a_mark(shop: Session) -> None:
    document, order = taken_in(shop), repair(shop)

    with _refused(match="not cancelled"):
        intake.give_back(shop, posting(shop, "b"), "А. К.")
    order.cancel("Changed their mind", NOW)
    intake.give_back(shop, posting(shop, "c"), "А. К.")

    assert document.status == "accepted"
    assert places.of(shop, device(shop).key) == "customer"


@pytest.mark.parametrize("last", ["issued", "cancelled"])
def test_a_device_with_two_orders_leaves_with_the_last_of_them(shop: Session, last: str) -> None:
    first, key = ready(shop, "R-0001"), device(shop).key
    if last == "issued":
        second = ready(shop, "R-0002")
    else:
        taken_in(shop, "R-0002")
        second = orders.get(shop, "R-0002")

    first.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)
    between = places.of(shop, key)
    if last == "issued":
        second.mark_issued("А. К.", posting(shop, "out", "R-0002"), "hand_out", **_GIVEN_TO)
    else:
        second.cancel("Changed their mind", NOW)
        intake.give_back(shop, posting(shop, "back", "R-0002"), "А. К.")

    assert (between, places.of(shop, key)) == ("reception", "customer")


def test_an_open_order_for_a_device_is_found_until_it_is_handed_out_cancelled_or_ended(shop: Session) -> None:
    key = device(shop).key
    first = taken_in(shop, "R-0001")
    second = repair(shop, "R-0002")

    assert intake.open_order(shop, key).order_no == "R-0001"
    assert intake.open_order(shop, key, but="R-0001") is second
    second.cancel("A slip", NOW)
    assert intake.open_order(shop, key, but="R-0001") is None
    first.set_variant("own", posting(shop, "v"), "choose_variant")
    first.mark_repair_done("repaired", posting(shop, "d"), "mark_done")
    first.mark_issued("А. К.", posting(shop, "out"), "hand_out", **_GIVEN_TO)
    shop.flush()
    assert intake.open_order(shop, key) is None
    third = repair(shop, "R-0003")
    assert intake.open_order(shop, key) is third
    instance(shop, "R-0003").state = "terminated"
    shop.flush()
    assert intake.open_order(shop, key) is None


def test_an_order_without_an_intake_document_has_none_to_mark(shop: Session) -> None:
    repair(shop)

    with pytest.raises(errors.NotFound, match="Take the device in first"):
        intake.get(shop, "R-0001")
