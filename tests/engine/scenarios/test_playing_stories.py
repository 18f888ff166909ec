"""Playing a story: through the real verbs, on a moved clock, and failing with the step and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import definitions, roles, scenarios, settings
from engine.roles import SYSTEM
from tests.engine import diagrams as d

# begin -> answer it (timer PT2H -> remind -> told) -> is it much? -> approve it | wait for the message -> done
FLOW = d.process(
    d.start(),
    d.flow("begin", "answer_it"),
    d.user_task("answer_it", properties={"sla": "PT4H", "sla_clock": "calendar", "escalate_to": "boss"}),
    d.boundary_timer("late", "answer_it", "PT2H", cancel=False),
    d.flow("late", "told"),
    d.end("told"),
    d.flow("answer_it", "is_it_much"),
    d.exclusive("is_it_much", default="is_it_much_to_news"),
    d.flow("is_it_much", "approve_it", "=amount > 100"),
    d.user_task("approve_it", role="boss", properties={"four_eyes": "answer_it"}),
    d.flow("is_it_much", "news"),
    d.catch_message("news", "good_news"),
    d.flow("approve_it", "done"),
    d.flow("news", "done"),
    d.end(),
    extra=d.message("good_news", "good_news"),
    properties={"number_series": "F"},
)
BROKEN = d.process(
    d.start(),
    d.flow("begin", "compute"),
    '<bpmn:scriptTask id="compute"><bpmn:extensionElements>'
    '<zeebe:script expression="=assert(nothing, nothing != null)" resultVariable="x"/>'
    "</bpmn:extensionElements></bpmn:scriptTask>",
    d.flow("compute", "done"),
    d.end(),
    process_id="broken",
)

ASKED = d.process(
    d.start(),
    d.flow("begin", "answer_it"),
    d.user_task(
        "answer_it",
        role="Customer,staff",
        properties={"sla": "P3D", "sla_clock": "calendar", "escalate_to": "boss", "customer_page": "clarify"},
    ),
    d.flow("answer_it", "done"),
    d.end(),
    process_id="asked",
)

RUNG = d.process(
    d.start(inner='<bpmn:messageEventDefinition id="rings" messageRef="bell"/>'),
    d.flow("begin", "answer_it"),
    d.user_task("answer_it", properties={"sla": "PT4H", "sla_clock": "calendar", "escalate_to": "boss"}),
    d.flow("answer_it", "done"),
    d.end(),
    extra=d.message("bell", "bell"),
    process_id="rung",
    properties={"number_series": "B"},
)


@dataclass(frozen=True)
class Package:
    scenarios: Path | None = None

    def resources(self) -> dict[str, bytes]:
        return {
            "flow.bpmn": FLOW,
            "broken.bpmn": BROKEN,
            "asked.bpmn": ASKED,
            "rung.bpmn": RUNG,
            "answer.form": d.FORM,
        }


def _prepare(session: Session, now: datetime) -> None:
    roles.add_person(session, "ann", "A. A.", ["staff"], email="ann@demo.example", leads=["staff"])
    roles.add_person(session, "ben", "B. B.", ["staff", "boss"])
    roles.add_person(session, "carl", "C. C.", ["boss"], leads=["boss"])
    definitions.deploy(session, Package().resources(), actor=SYSTEM, now=now)


def _notes(session: Session, order_no: str) -> list[dict[str, Any]]:
    note = settings.get(session, "note")
    return [{"order_no": order_no, "text": note}] if note else []


def _note(session: Session, now: datetime, text: str) -> None:
    settings.put(session, "note", f"{now:%H:%M} {text}")


@pytest.fixture(scope="module")
def stage() -> Iterator[scenarios.Stage]:
    stage = scenarios.Stage(_prepare, finders={"notes": _notes}, changes={"note": _note})
    yield stage
    stage.close()


def _play(stage: scenarios.Stage, steps: str, then: str = "") -> scenarios.ScenarioResult:
    (scenario,) = scenarios.read(f'[[scenario]]\nname = "A story"\nsteps = [\n{steps}]\nthen = [{then}]\n')
    return scenarios.play_one(scenario, stage)


START = '{ by = "ann", start = "flow" },\n'
ANSWER = '{ by = "ann", complete = "Answer it", submit = { answer = "yes", amount = 500 } },\n'
SMALL = '{ by = "ann", complete = "answer_it", submit = { amount = 5 } },\n'


def test_a_story_that_goes_as_written_passes_and_says_which_flows_it_took(stage: scenarios.Stage) -> None:
    result = _play(stage, START + ANSWER + '{ complete = "Approve it" },', "'state = \"completed\"'")

    assert (result.passed, result.sentence) == (True, "")
    assert result.flows == {
        ("flow", flow)
        for flow in (
            "begin_to_answer_it",
            "answer_it_to_is_it_much",
            "is_it_much_to_approve_it",
            "approve_it_to_done",
        )
    }


def test_stories_do_not_see_each_other(stage: scenarios.Stage) -> None:
    for _ in range(2):
        assert _play(stage, START, "'order_no = \"F-0001\"', 'count(open_steps) = 1'").passed


def test_an_end_that_is_not_true_fails_with_the_condition_and_what_was_found(stage: scenarios.Stage) -> None:
    result = _play(stage, START, "'state = \"completed\"'")

    assert not result.passed
    assert result.sentence == (
        'At the end it should be true that state = "completed", but it is False. state is active.'
    )


def test_a_condition_that_is_null_is_not_true_and_says_why(stage: scenarios.Stage) -> None:
    result = _play(stage, START, "'variables.amount > 3'")

    assert "it is unknown." in result.sentence


def test_a_condition_that_is_no_feel_fails_its_story(stage: scenarios.Stage) -> None:
    assert "is not FEEL" in _play(stage, START, "'1 +'").sentence
    assert "Step 2 (expect): 1 + is not FEEL" in _play(stage, START + "{ expect = '1 +' },").sentence


def test_a_person_submits_what_the_form_allows_and_nothing_else(stage: scenarios.Stage) -> None:
    result = _play(stage, START + '{ by = "ann", complete = "Answer it", submit = { salary = 1 } },')

    assert result.sentence.startswith('Step 2 (complete "Answer it" by ann): ')
    assert "salary" in result.sentence


def test_a_refusal_that_was_expected_passes_and_another_one_does_not(stage: scenarios.Stage) -> None:
    claim = '{ by = "carl", claim = "Answer it", refused = "NotACandidate" },'
    assert _play(stage, START + claim).passed

    result = _play(stage, START + claim.replace("NotACandidate", "UserTaskClosed"))
    assert (
        'Expected a refusal with "UserTaskClosed", but it was refused with "NotACandidate' in result.sentence
    )

    result = _play(stage, START + '{ by = "ann", claim = "Answer it", refused = "NotACandidate" },')
    assert result.sentence.endswith('Expected a refusal with "NotACandidate", but it was done.')


def test_the_second_pair_of_eyes_is_another_person(stage: scenarios.Stage) -> None:
    mine = '{ by = "ben", complete = "Answer it", submit = { amount = 500 } },'

    assert _play(
        stage, START + mine + '{ by = "ben", complete = "Approve it", refused = "FourEyes" },'
    ).passed
    assert _play(
        stage, START + mine + '{ by = "carl", complete = "Approve it" },', "'state = \"completed\"'"
    ).passed


def test_a_role_stands_for_its_first_member_and_nobody_for_whoever_has_it(stage: scenarios.Stage) -> None:
    by_role = '{ by = "staff", claim = "Answer it" }, { expect = \'open_steps[1].assignee = "ann"\' },'
    given_back = '{ release = "Answer it" }, { expect = "open_steps[1].assignee = null" },'

    assert _play(stage, START + by_role + given_back).sentence == ""
    assert (
        'Nobody has the login or the role "pope"' in _play(stage, '{ by = "pope", start = "flow" },').sentence
    )
    assert "Say who does it" in _play(stage, '{ start = "flow" },').sentence


def test_waiting_lets_everything_happen_that_becomes_due_on_the_way(stage: scenarios.Stage) -> None:
    result = _play(
        stage,
        START
        + '{ wait = "PT1H59M" }, { expect = "ends = []" }, { wait = "PT1M" }, { expect = \'ends = ["told"]\' },'
        + '{ wait = "P2D" },',
        "'escalations.level = [1, 2]', 'mails.to = [\"ann@demo.example\"]', 'open_steps[1].escalation_level = 2'",
    )

    assert result.sentence == ""
    assert ("flow", "late_to_told") in result.flows


def test_a_message_reaches_the_order_by_its_number(stage: scenarios.Stage) -> None:
    told = '{ message = "good_news", variables = { word = "=order_no" } },'

    assert _play(stage, START + SMALL + told, "'state = \"completed\"'").passed
    assert _play(
        stage, START + SMALL + told.replace("variables", 'key = "F-9999", variables'), "'state = \"active\"'"
    ).passed


def test_an_order_that_a_message_starts_counts_like_one_that_a_person_started(stage: scenarios.Stage) -> None:
    rung = '{ message = "bell", key = "door", as = "rung" }, { expect = \'order_no = "B-0001"\', order = "rung" },'
    answer = '{ by = "ann", complete = "Answer it", submit = { amount = 5 } },'

    assert _play(stage, rung + answer, "'state = \"completed\"'").sentence == ""


def test_several_orders_are_told_apart_by_their_labels(stage: scenarios.Stage) -> None:
    two = '{ by = "ann", start = "flow", as = "one" }, { by = "ann", start = "flow", as = "two" },'
    answer = '{ by = "ann", complete = "Answer it", order = "two", submit = { amount = 500 } },'

    assert (
        _play(stage, two + answer + '{ expect = \'visits[-1] = "approve_it"\', order = "two" },').sentence
        == ""
    )
    assert "2 steps named" in _play(stage, two + answer.replace('order = "two", ', "")).sentence
    assert 'No order has the label "three"' in _play(stage, two + answer.replace("two", "three")).sentence


def test_a_called_process_is_played_alone_under_the_number_of_its_order(stage: scenarios.Stage) -> None:
    named = '{ by = "ann", start = "flow", order_no = "R-0007" },'
    beside = '{ by = "ann", start = "flow", as = "second", order_no = "=order_no" },'

    assert _play(stage, named, "'order_no = \"R-0007\"'").sentence == ""
    result = _play(
        stage,
        START + beside + '{ expect = \'order_no = "F-0001"\', order = "second" },',
        "'count(open_steps) = 2'",
    )
    assert result.sentence == ""


def test_somebody_outside_answers_without_an_account_and_takes_nothing(stage: scenarios.Stage) -> None:
    ask = '{ by = "ann", start = "asked" },'
    answer = '{ by = "Customer", complete = "answer_it", submit = { answer = "yes" } },'

    result = _play(stage, ask + answer, "'answers.answered_by_staff = false', 'state = \"completed\"'")

    assert result.sentence == ""
    assert '"Answer it" belongs to another role' in _play(stage, START + answer).sentence


def test_a_step_that_is_not_open_is_refused_with_those_that_are(stage: scenarios.Stage) -> None:
    result = _play(stage, START + '{ by = "ben", complete = "Approve it" },')

    assert result.sentence.endswith('No step "Approve it" is open. Open are: Answer it.')


def test_records_can_be_changed_and_found(stage: scenarios.Stage) -> None:
    change = '{ change = "note", with = { text = "=order_no" } },'

    assert (
        _play(
            stage, START + change, '\'notes(order_no) = [{order_no: "F-0001", text: "06:00 F-0001"}]\''
        ).sentence
        == ""
    )
    result = _play(stage, START + change, "'notes(order_no) = []'")
    assert "notes finds [{'order_no': 'F-0001', 'text': '06:00 F-0001'}]" in result.sentence
    assert 'There is no change "erase". There are: note.' in _play(stage, '{ change = "erase" },').sentence


def test_what_people_answered_is_known_when_the_order_has_ended(stage: scenarios.Stage) -> None:
    result = _play(
        stage, START + ANSWER + '{ complete = "Approve it" },', "'answers.amount = 500', 'variables = {}'"
    )

    assert result.sentence == ""


def test_a_story_fails_where_something_waits_silently(stage: scenarios.Stage) -> None:
    def leave(session: Session, _now: datetime) -> None:
        for person in (*roles.members(session, "staff"), *roles.members(session, "boss")):
            person.active = False

    deserted = scenarios.Stage(_prepare, changes={"leave": leave})

    result = _play(deserted, START + '{ change = "leave" },')

    deserted.close()
    assert result.sentence.startswith(
        'Step 2 (change "leave"): F-0001: Stuck: nobody active has the role "staff"'
    )


def test_a_story_fails_where_a_token_stops_at_an_incident_that_nobody_expected(
    stage: scenarios.Stage,
) -> None:
    start = '{ by = "ann", start = "broken" },'

    result = _play(stage, start)

    assert not result.passed
    assert "compute" in result.sentence
    assert _play(stage, start + "{ expect = 'incidents[1].step = \"compute\"' },").passed


def test_coverage_is_the_share_of_the_flows_that_were_taken(stage: scenarios.Stage, tmp_path: Path) -> None:
    text = f'[[scenario]]\nname = "Much"\nsteps = [{START}{ANSWER}{{ complete = "Approve it" }}]\n'
    bad = f'[[scenario]]\nname = "Never"\nsteps = [{START}]\nthen = ["false"]\n'
    (tmp_path / "scenarios.toml").write_text(text + bad, encoding="utf-8")
    package = Package(tmp_path / "scenarios.toml")

    report = {entry["process"]: entry for entry in scenarios.report([package], stage)}

    flow = report["flow"]
    assert (flow["scenarios"], flow["failed"], flow["coverage"]) == (2, 1, 4 / 7)
    assert flow["untaken"] == ["late_to_told", "is_it_much_to_news", "news_to_done"]
    assert [problem["scenario"] for problem in flow["problems"]] == ["Never"]
    assert report["broken"]["coverage"] == 0


def test_a_package_without_stories_covers_nothing(stage: scenarios.Stage) -> None:
    assert scenarios.play(Package(), stage) == []
    assert set(scenarios.coverage(Package(), []).values()) == {0}
