"""The packages: found, deployed, drawn, described; and the rules that hold in every flow (W2 to W4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import definitions, errors, forms, gate, layout, operations, roles, xml
from engine.spiff import Process
from engine.tables import ProcessDefinition
from processes import catalogue
from tests.processes.company import NOW

PACKAGES = catalogue.packages()
DIAGRAMS = [path for package in PACKAGES for path in package.files() if path.suffix == ".bpmn"]
FORMS = [path for package in PACKAGES for path in package.files() if path.suffix == ".form"]
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
#: Found without reading the models: each process of a test run collects these tests, and one runs them.
PROCESS_IDS = [
    id for path in DIAGRAMS for id in re.findall(r'<bpmn:process id="([\w.-]+)"', path.read_text("utf-8"))
]


@cache
def _processes() -> dict[str, Process]:
    """Every process of every package, by id."""
    return {id: process for package in PACKAGES for id, process in package.processes().items()}


def _elements(process: Process, *types: str) -> Iterator[object]:
    return (element for element in process.elements.values() if element.type in types)


def test_the_shared_package_comes_first_and_what_a_package_calls_before_it() -> None:
    names = [package.name for package in PACKAGES]

    assert names[0] == "shared"
    assert len(names) == len(set(names))
    assert names.index("repair_third_party") < names.index("repair_intake")


def test_packages_are_found_by_name_and_a_wrong_name_is_refused() -> None:
    assert [package.name for package in catalogue.find(["internal_request"])] == ["internal_request"]
    assert catalogue.find([]) == PACKAGES
    with pytest.raises(errors.Refused, match="internal_request"):
        catalogue.find(["internal_requests"])


def test_a_process_carries_the_name_of_its_folder() -> None:
    assert list(_processes()) == PROCESS_IDS
    for package in PACKAGES:
        if package.name != catalogue.SHARED:
            assert package.name in package.processes()


def test_no_two_processes_number_their_orders_alike() -> None:
    series = [found for each in _processes().values() if (found := each.properties.get("number_series"))]

    assert sorted(series) == sorted(set(series))


#: Models from elsewhere are deployed with these remarks; ours name a role and a form for every person's work, and wait for
#: no worker that the house does not have.
WARNINGS_THAT_STOP_US = {
    "role_missing",
    "form_missing",
    "form_unknown",
    "process_unknown",
    "decision_unknown",
    "throw_uncaught",
    "outside_worker",
    "sla_missing",
    "name_missing",
    "dead_end",
    "unknown_attribute",
    "input_unknown",
    "error_uncaught",
    "error_never_thrown",
    "gateway_incomplete",
    "default_with_condition",
}


def test_the_gate_finds_no_error_in_any_package() -> None:
    known: set[str] = set()
    decided: set[str] = set()
    for package in PACKAGES:
        findings = gate.check(
            package.resources(),
            operations=operations.catalogue(),
            roles=None,
            known_processes=known,
            known_forms=set(),
            known_decisions=decided,
        )
        known |= package.processes().keys()
        decided |= {
            decision.get("id")
            for path in package.files()
            if path.suffix == ".dmn"
            for decision in xml.parse(path.read_bytes()).iter("{*}decision")
        }
        assert [
            finding
            for finding in findings
            if finding.severity == "error" or finding.rule in WARNINGS_THAT_STOP_US
        ] == []


def test_deploying_again_makes_no_new_version(deployed: Session) -> None:
    first = deployed.scalars(select(ProcessDefinition.process_id)).all()
    assert sorted(first) == sorted(_processes())

    again = catalogue.deploy_all(deployed, now=NOW)

    assert again == []
    assert sorted(deployed.scalars(select(ProcessDefinition.process_id))) == sorted(first)
    assert deployed.scalar(select(func.max(ProcessDefinition.version))) == 1


@pytest.mark.parametrize(("suffix", "stays_a_version"), [("bpmn", True), ("dmn", False), ("form", False)])
def test_a_start_sees_one_other_byte_in_a_file(deployed: Session, suffix: str, stays_a_version: bool) -> None:
    package = next(each for each in PACKAGES if any(path.suffix == ".dmn" for path in each.files()))
    drawn = package.resources()
    name = next(name for name in drawn if name.endswith(suffix))
    other = drawn | {name: drawn[name] + b"\n"}
    assert definitions.is_deployed(deployed, drawn)
    assert not definitions.is_deployed(deployed, other)

    definitions.deploy(deployed, other, actor=roles.SYSTEM, now=NOW)

    assert definitions.is_deployed(deployed, other)
    # A diagram that was a version before stays what it is; a form or decision goes back to the one of the folder.
    assert definitions.is_deployed(deployed, drawn) == stays_a_version


def test_everybody_may_start_a_request_and_nobody_starts_a_review_by_hand(deployed: Session) -> None:
    for login in ("sales", "manager", "it"):
        startable = definitions.startable(deployed, roles.actor(deployed, login))
        assert [each.process.process_id for each in startable] == ["internal_request", "stock_issue"]


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.name)
def test_a_diagram_is_drawn_without_problems(path: Path) -> None:
    assert layout.problems(path.read_bytes()) == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.name)
def test_ids_are_words(path: Path) -> None:
    root = xml.parse(path.read_bytes())

    for element in root.iter(f"{_BPMN}*"):
        if element.get("id"):
            assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", element.get("id")), element.get("id")


@pytest.mark.parametrize("process_id", PROCESS_IDS)
def test_every_user_task_says_its_term_its_escalation_and_what_to_do(process_id: str) -> None:
    for user_task in _elements(_processes()[process_id], "userTask"):
        properties = user_task.properties
        assert properties["sla"], user_task.element_id
        assert properties["sla_clock"] in ("working", "calendar")
        assert properties["escalate_to"] in (*PROCESS_IDS, "Administrator")
        assert properties["instruction"].endswith("."), user_task.element_id
        assert user_task.lane, user_task.element_id


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.name)
def test_every_business_error_is_caught_where_it_is_thrown(path: Path) -> None:
    root = xml.parse(path.read_bytes())
    codes = {error.get("id"): error.get("errorCode") for error in root.iter(f"{_BPMN}error")}

    for task in root.iter(f"{_BPMN}serviceTask"):
        operation = operations.find(task.find(f".//{_ZEEBE}taskDefinition").get("type"))
        caught = {
            codes[definition.get("errorRef")]
            for event in root.iter(f"{_BPMN}boundaryEvent")
            if event.get("attachedToRef") == task.get("id")
            for definition in event.iter(f"{_BPMN}errorEventDefinition")
        }
        assert operation is not None and caught == set(operation.errors), task.get("id")


#: What is done outside of an order's body, where it cannot be cancelled any more, beside the review of its cancellation.
OUTSIDE = {
    "repair_intake": ["fetch_the_item", "give_the_item_back"],
    "production_order": [
        "settle_what_is_in_the_way",
        "explain_the_output",
        "decide_about_the_rest",
        "settle_the_order",
    ],
}
#: Orders of one step or none, the house's own rounds, and what an order calls: it is cancelled with the order.
WITHOUT_BODY = {"manager_review", "bot_booking", "production_problem"}


@pytest.mark.parametrize("process_id", PROCESS_IDS)
def test_an_order_can_be_cancelled_at_every_step_of_its_body(process_id: str) -> None:
    process = _processes()[process_id]
    cancels = [
        event
        for event in _elements(process, "boundaryEvent")
        if getattr(event.trigger, "kind", "") == "message" and _ends_a_body(process, event)
    ]
    if not cancels:
        own_steps = list(_elements(process, "userTask"))
        is_called = not process.properties.get("number_series")
        assert is_called or not own_steps or process_id in WITHOUT_BODY
        return
    (cancel,) = cancels

    assert cancel.is_interrupting
    steps = [each.element_id for each in _elements(process, "userTask")]
    inside = [
        each.element_id
        for each in _elements(process, "userTask")
        if _lies_in(process, each, cancel.attached_to)
    ]
    assert inside
    assert set(steps) - set(inside) == {"review_the_cancellation", *OUTSIDE.get(process_id, ())}


def _ends_a_body(process: Process, event: object) -> bool:
    return process.elements[event.attached_to].type == "subProcess"


def _lies_in(process: Process, element: object, body: str) -> bool:
    while element.parent is not None:
        if element.parent == body:
            return True
        element = process.elements[element.parent]
    return False


def test_what_is_the_requesters_own_is_offered_to_nobody_else() -> None:
    root = xml.parse((catalogue.FOLDER / "internal_request" / "internal_request.bpmn").read_bytes())

    own = [
        each for each in root.iter(f"{_ZEEBE}assignmentDefinition") if each.get("assignee") == "=started_by"
    ]

    assert len(own) == 7
    assert all(each.get("candidateUsers") == "=[started_by]" for each in own)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_no_problems_and_the_id_of_its_place(path: Path) -> None:
    form = forms.load(path.read_text(encoding="utf-8"))

    assert form.problems() == []
    text = path.read_text(encoding="utf-8")
    folder = path.parent.name
    expected = path.stem if folder == catalogue.SHARED else f"{folder}_{path.stem}"
    assert f'"id": "{expected}"' in text


def test_the_request_looks_the_same_on_every_form_that_shows_it() -> None:
    blocks = []
    for path in FORMS:
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "internal_request" and '"label": "The request"' in text:
            start = text.index('"components": [', text.index('"label": "The request"'))
            blocks.append(text[start : text.index("\n      ]", start)])

    assert len(blocks) == 8
    assert len(set(blocks)) == 1


def test_the_readme_lists_every_process_with_its_lanes() -> None:
    readme = (catalogue.FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in readme.splitlines() if line.startswith("| [")]

    listed = {re.match(r"\[(\w+)\]\(([\w/]+\.md)\)", row[0]).groups(): row for row in rows}

    assert {process_id for process_id, _link in listed} == _processes().keys()
    for (process_id, link), (_name, goal, owner, starts_by, lanes) in listed.items():
        process = _processes()[process_id]
        drawn = {element.lane for element in process.elements.values() if element.lane}
        assert (catalogue.FOLDER / link).is_file()
        assert goal and owner in drawn
        for start in process.start_events:
            assert f'"{start.name}"' in starts_by and process.elements[start.element_id].lane in starts_by
        assert set(lanes.split(", ")) == drawn


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_has_a_readme_and_stories_and_no_python(package: catalogue.Package) -> None:
    assert (package.folder / "README.md").is_file()
    assert package.scenarios is not None
    assert list(package.folder.glob("**/*.py")) == []
