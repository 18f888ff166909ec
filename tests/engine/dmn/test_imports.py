"""Models that import models: under a name or none, through others, from one deployment, and from nowhere."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import definitions, dmn, feel, roles
from engine.tables import DecisionDefinition
from tests.engine.dmn.conftest import decision, document, input_data, literal, needs

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def imports(name, namespace, location=""):
    where = f' locationURI="{location}"' if location else ""
    return f'<import name="{name}" namespace="{namespace}" importType="{DMN}"{where}/>'


def model(namespace, body):
    return document(body).replace(b"urn:test", namespace.encode())


def needs_of(namespace, identity):
    return (
        f'<informationRequirement><requiredDecision href="{namespace}#{identity}"/></informationRequirement>'
    )


BASE = model("urn:base", input_data("n", "number") + decision("Twice", literal("n * 2"), needs("i_n")))
MIDDLE = model(
    "urn:middle",
    imports("base", "urn:base")
    + decision("Four Times", literal("base.Twice * 2"), needs_of("urn:base", "d_Twice")),
)
TOP = model(
    "urn:top",
    imports("middle", "urn:middle", "models/middle.dmn")
    + imports("base", "urn:base")
    + decision(
        "Sum",
        literal("middle.Four Times + base.Twice"),
        needs_of("urn:middle", "d_Four Times") + needs_of("urn:base", "d_Twice"),
    ),
)


def test_what_two_models_import_is_one_model_for_both():
    loaded = dmn.load(TOP, {"urn:middle": MIDDLE, "urn:base": BASE})

    assert loaded.problems == []
    assert loaded.evaluate("Sum", {"n": 3}).value == 18


def test_an_imported_model_is_found_by_its_namespace_its_file_or_its_name():
    for key in ("urn:middle", "models/middle.dmn", "middle.dmn", "middle"):
        assert dmn.load(TOP, {key: MIDDLE, "urn:base": BASE}).evaluate("Sum", {"n": 1}).value == 6


def test_an_import_without_a_name_shares_the_names_of_the_model():
    top = model(
        "urn:top",
        imports("", "urn:base") + decision("d", literal("Twice + 1"), needs_of("urn:base", "d_Twice")),
    )

    assert dmn.load(top, {"urn:base": BASE}).evaluate("d", {"n": 2}).value == 5


def test_models_that_import_each_other_are_refused():
    other = model("urn:base", imports("top", "urn:top"))

    with pytest.raises(dmn.DmnRefused, match="without circles"):
        dmn.load(model("urn:top", imports("base", "urn:base")), {"urn:base": other, "urn:top": TOP})


def test_imports_that_double_at_every_step_are_read_once_each():
    known = {
        f"urn:{step}": model(f"urn:{step}", imports("a", f"urn:{step + 1}") + imports("b", f"urn:{step + 1}"))
        for step in range(40)
    }
    known["urn:40"] = BASE.replace(b"urn:base", b"urn:40")

    assert dmn.load(known["urn:0"], known).problems == []


def test_more_imports_than_anybody_needs_are_refused():
    known = {f"urn:{step}": model(f"urn:{step}", imports("a", f"urn:{step + 1}")) for step in range(500)}
    known["urn:500"] = model("urn:500", "")

    with pytest.raises(dmn.DmnRefused, match="at most 50 imported models"):
        dmn.load(known["urn:0"], known)


def test_a_self_contained_model_needs_no_other_file():
    together = dmn.self_contained(TOP, dmn.among({"a/middle.dmn": MIDDLE, "base.dmn": BASE, "x.txt": b"x"}))

    assert dmn.load(together).evaluate("Sum", {"n": 3}).value == 18
    assert dmn.self_contained(BASE, {}) is BASE


def test_the_files_of_one_deployment_import_each_other_and_stay_together(house):
    files = {"top.dmn": TOP, "middle.dmn": MIDDLE, "base.dmn": BASE}
    with house.write() as session:
        definitions.deploy(session, files, actor=roles.SYSTEM, now=house.now)
    files["base.dmn"] = BASE.replace(b"n * 2", b"n * 20")

    with house.write() as session:
        again = definitions.deploy(session, files, actor=roles.SYSTEM, now=house.now)

    assert sorted(row.name for row in again.decisions) == ["Four Times", "Sum", "Twice"]
    with house.write() as session:
        stored = session.scalars(
            select(DecisionDefinition)
            .where(DecisionDefinition.decision_id == "d_Sum")
            .order_by(DecisionDefinition.version)
        ).all()
        assert [dmn.load(row.xml).evaluate("Sum", {"n": 1}).value for row in stored] == [6, 60]


def test_a_deployment_without_the_imported_file_is_refused_with_a_sentence(house):
    with pytest.raises(definitions.DeploymentRefused) as refused, house.write() as session:
        definitions.deploy(session, {"top.dmn": TOP}, actor=roles.SYSTEM, now=datetime.now(UTC))

    assert any("urn:middle" in finding.sentence for finding in refused.value.findings)


def test_the_value_of_an_imported_decision_is_plain_json():
    value = dmn.load(TOP, {"urn:middle": MIDDLE, "urn:base": BASE}).evaluate("d_Sum", {"n": 0.5}).value

    assert feel.to_json(value) == 3
