"""The settings of the house: who may change them, that they count, that nothing senseless gets in, that the audit knows."""

import pytest
from sqlalchemy import select

import engine.database
from engine import clock, definitions, instances, roles
from engine.tables import UserTask, UserTaskCandidate
from processes import house_settings
from processes.records import audit, orders, taxes, terms
from tests.engine.diagrams import end, flow, process, start


def _in(database, read):
    with engine.database.reading(database) as session:
        return read(session)


def _term(setting, **changes):
    fields = {}
    for field in house_settings.find(setting).fields:
        number, unit = house_settings.term_parts(field.default)
        fields |= {field.key: number, f"{field.key}.unit": unit}
    return fields | changes


def test_only_an_administrator_changes_settings(visitor):
    assert visitor("admin").get("/settings").status_code == 200
    assert visitor("manager").get("/settings").status_code == 403
    assert visitor("manager").post("/settings/vat_percent", {"value": "5"}).status_code == 403


def test_a_term_that_is_changed_counts_for_the_next_order_and_is_audited(visitor, database):
    fields = _term("order_terms", **{"urgent.target": "6"})

    answer = visitor("admin").post("/settings/order_terms", fields)

    assert answer.status_code == 302
    assert _in(database, lambda session: orders.terms(session, urgent=True))["target"] == "PT6H"
    assert _in(database, lambda session: orders.terms(session, urgent=False))["target"] == "P30D"
    (row,) = _in(database, lambda session: audit.of(session, "setting", "order_terms"))
    assert (row.actor, row.before["urgent.target"], row.after["urgent.target"]) == ("admin", "PT24H", "PT6H")


def test_reminders_and_tax_are_read_by_those_who_need_them(visitor, database):
    admin = visitor("admin")
    admin.post("/settings/terms", _term("terms", quote_expiry="20"))
    admin.post("/settings/vat_percent", {"value": "8,5"})

    assert _in(database, terms.of)["quote_expiry"] == "P20D"
    assert str(_in(database, taxes.percent)) == "8.5"


@pytest.mark.parametrize(
    "name, fields, sentence",
    [
        ("vat_percent", {"value": "120"}, "choose a number from 0 to 100"),
        ("vat_percent", {"value": "many"}, "choose a number from 0 to 100"),
        ("vat_percent", {"value": "NaN"}, "choose a number from 0 to 100"),
        ("invoice_due", {"value": "0", "value.unit": "P{}D"}, "choose a whole number above 0"),
        ("invoice_due", {"value": "7", "value.unit": "{0.__class__}"}, "choose a whole number above 0"),
        ("invoice_due", {"value": "٣", "value.unit": "P{}D"}, "choose a whole number above 0"),
        ("company", {"name": " "}, "Name is needed"),
        ("default_role", {"value": "Nobody knows it"}, "there is no role"),
        ("default_role", {"value": "Customer"}, "there is no role"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_name_of_the_field(visitor, name, fields, sentence):
    answer = visitor("admin").post(f"/settings/{name}", fields)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_step_that_names_nobody_goes_to_the_role_that_was_chosen(visitor, database):
    model = process(
        start(), '<bpmn:userTask id="work"/>', end(), flow("begin", "work") + flow("work", "done")
    )
    admin = visitor("admin")

    assert '<option value="Manager" selected>' in admin.get("/settings").text
    assert admin.post("/settings/default_role", {"value": "IT"}).status_code == 302

    with engine.database.transaction(database) as session:
        definitions.deploy(session, {"flow.bpmn": model}, actor=roles.SYSTEM, now=clock.now())
        instances.start(session, "flow", actor=roles.SYSTEM, now=clock.now())
        offered = session.scalars(
            select(UserTaskCandidate.name)
            .join(UserTask, UserTask.key == UserTaskCandidate.user_task_key)
            .where(UserTask.element_id == "work")
        ).all()
    assert offered == ["IT"]


def test_the_surcharge_keeps_the_product_that_it_is_charged_with(visitor, database):
    visitor("admin").post("/settings/urgent_surcharge", {"percent": "30"})

    chosen = _in(database, lambda session: house_settings.settings.get(session, "urgent_surcharge"))
    assert chosen == {"on": False, "percent": 30}


def test_there_is_no_setting_of_another_name(visitor):
    assert visitor("admin").post("/settings/secret_key", {"value": "x"}).status_code == 404


def test_every_default_is_what_its_readers_take_when_nobody_has_chosen(database):
    for setting in house_settings.SETTINGS:
        values = _in(database, lambda session, setting=setting: house_settings.values(session, setting))
        assert set(values) == {field.key for field in setting.fields}
