"""People choose what is begun next in an ad-hoc sub-process: who may, what is refused, what is written."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import ad_hoc, errors, roles
from engine.tables import History, OpenFlowNode, ProcessInstance, UserTask
from tests import statements
from tests.engine.diagrams import end, flow, process, start, user_task
from tests.engine.house import House

LANES = (
    '<bpmn:laneSet id="lanes"><bpmn:lane id="workshop" name="staff"><bpmn:flowNodeRef>extras</bpmn:flowNodeRef>'
    "</bpmn:lane></bpmn:laneSet>"
)
EXTRAS = (
    '<bpmn:adHocSubProcess id="extras" name="Small extras"><bpmn:documentation>As the customer likes.</bpmn:documentation>'
    + user_task("polish")
    + user_task("wrap")
    + user_task("ribbon")
    + flow("wrap", "ribbon")
    + "</bpmn:adHocSubProcess>"
)
FLOWS = flow("begin", "extras") + flow("extras", "done")


def opened(house: House, lanes: str = LANES) -> int:
    house.deploy(process(lanes, start(), EXTRAS, end(), FLOWS))
    return house.start()


def choices(house: House, key: int) -> list[ad_hoc.Choice]:
    with house.read() as session:
        return ad_hoc.startable(session, key)


def begin(
    house: House, key: int, *steps: str, login: str = "ann", token_id: int | None = None, **variables
) -> None:
    token_id = choices(house, key)[0].token_id if token_id is None else token_id
    with house.write() as session:
        actor = roles.actor(session, login)
        ad_hoc.activate(session, key, token_id, steps, variables, actor=actor, now=house.now)


def open_steps(house: House, key: int) -> list[str]:
    with house.read() as session:
        return sorted(
            session.scalars(
                select(UserTask.element_id).where(
                    UserTask.process_instance_key == key, UserTask.state == "open"
                )
            )
        )


def test_what_can_be_begun_is_told_with_words_and_role(house: House):
    (choice,) = choices(house, opened(house))

    assert (choice.element_id, choice.name, choice.role) == ("extras", "Small extras", "staff")
    assert [(step.element_id, step.name, step.type) for step in choice.steps] == [
        ("polish", "Polish", "userTask"),
        ("wrap", "Wrap", "userTask"),
    ]


def test_steps_are_begun_and_the_order_goes_on_when_all_are_done(house: House):
    key = opened(house)
    begin(house, key, "polish", "wrap")
    assert open_steps(house, key) == ["polish", "wrap"]

    house.complete(key, "polish")
    house.complete(key, "wrap")
    assert open_steps(house, key) == ["ribbon"]
    house.complete(key, "ribbon")

    with house.read() as session:
        assert session.get(ProcessInstance, key).state == "completed"
    assert choices(house, key) == []


def test_who_began_what_is_in_the_history(house: House):
    key = opened(house)
    begin(house, key, "wrap", login="ben", colour="red")

    with house.read() as session:
        row = session.scalar(select(History).where(History.kind == "activated"))
        assert (row.actor, row.element_id, row.detail) == ("ben", "extras", {"elements": ["wrap"]})
        nodes = session.scalars(
            select(OpenFlowNode.element_id).where(OpenFlowNode.process_instance_key == key)
        )
        assert "wrap" in set(nodes)


def test_another_role_may_not_choose_and_nothing_has_changed(house: House):
    key = opened(house)

    with pytest.raises(errors.NotACandidate):
        begin(house, key, "polish", login="mia")

    assert open_steps(house, key) == []
    with house.read() as session:
        assert session.scalar(select(History).where(History.kind == "activated")) is None


def test_without_a_lane_everybody_of_the_house_may_choose_but_nobody_outside(house: House):
    key = opened(house, lanes="")
    begin(house, key, "polish", login="mia")
    assert open_steps(house, key) == ["polish"]
    (choice,) = choices(house, key)

    assert ad_hoc.may_choose(choice, roles.SYSTEM)
    assert not ad_hoc.may_choose(choice, roles.customer("Somebody"))


def test_a_deputy_may_choose_in_the_process_they_stand_in_for(house: House):
    (choice,) = choices(house, opened(house))
    absent = roles.Absent("ann", "Ann", frozenset({"staff"}), "flow")
    deputy = roles.Actor("mia", "Mia", frozenset({"manager"}), (absent,))

    assert ad_hoc.may_choose(choice, deputy, "flow")
    assert not ad_hoc.may_choose(choice, deputy, "another")


@pytest.mark.parametrize("steps", [(), ("ribbon",), ("nobody",), ("polish", "polish")])
def test_what_cannot_be_begun_is_refused(house: House, steps):
    key = opened(house)

    with pytest.raises(errors.Refused):
        begin(house, key, *steps)

    assert open_steps(house, key) == []


def test_what_is_over_or_never_was_takes_nothing(house: House):
    key = opened(house)
    token_id = choices(house, key)[0].token_id
    with pytest.raises(errors.NotFound):
        begin(house, key, "polish", token_id=9999)
    begin(house, key, "polish")
    house.complete(key, "polish")

    with pytest.raises(errors.Conflict):
        begin(house, key, "polish", token_id=token_id)
    with house.write() as session, pytest.raises(errors.NotFound):
        ad_hoc.activate(session, 1, token_id, ["polish"], actor=roles.SYSTEM, now=house.now)
    with house.read() as session, pytest.raises(errors.NotFound):
        ad_hoc.startable(session, 1)


def test_an_order_in_which_nothing_goes_on_waits_for_those_who_may_choose(house: House):
    first, second = opened(house), house.start()

    def undecided(login: str) -> list[int]:
        with house.read() as session:
            return [each.order.key for each in ad_hoc.undecided(session, roles.actor(session, login))]

    assert undecided("ann") == [first, second]
    assert undecided("mia") == [], "another role does not choose"

    begin(house, first, "polish")
    assert undecided("ann") == [second], "something goes on in the first"


def test_the_bar_of_the_inbox_asks_as_much_for_twenty_orders_as_for_one_and_nothing_for_others(house: House):
    opened(house)

    def questions(login: str) -> int:
        with house.read() as session:
            actor = roles.actor(session, login)
            with statements.asked(house.engine) as asked:
                ad_hoc.undecided(session, actor)
        return len(asked)

    for_one = questions("ann")
    for _ in range(19):
        house.start()

    assert questions("ann") == for_one == 2
    assert questions("mia") == 1, "states of other roles are not read"
