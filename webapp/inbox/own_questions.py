"""Questions that a house has added to a start form: pages that are drawn by hand ask and show them, too."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import errors, execution, forms, spiff, versions
from engine.tables import ProcessInstance
from webapp.inbox.comparing import answer_text
from webapp.language import label

#: What the counter asks and the order card shows at places of their own.
DRAWN = frozenset(
    """problem subject customer_key customer_name customer_kind customer_phone customer_email customer_language
    device_key item_type brand model serial_no plate vin mileage complaint completeness accessories appearance photos
    repair_kind place urgent promised_date channel address contract_no""".split()
)
#: Kinds of questions that a field of HTML can ask.
PLAIN = frozenset({"textfield", "textarea", "number", "checkbox", "radio", "select", "datetime"})


def of(session: Session, definition_key: int) -> list[forms.Field]:
    """The questions of the start form of a process definition that have no place of their own, in the form's order."""
    ready = versions.loaded(session, definition_key)
    start_event = next((each for each in ready.process.start_events if each.kind == "none"), None)
    form = _form(session, ready, start_event) if start_event else None
    return [
        each
        for each in (form.fields if form else [])
        if each.type in PLAIN
        and len(each.segments) == 1
        and "." not in each.path
        and each.key not in DRAWN
        and each.settings.get("subtype", "date") == "date"
        and each.readonly is not True
        and each.computed is None
    ]


def _form(session: Session, ready: versions.Loaded, start_event: spiff.StartEvent) -> forms.Form | None:
    """The start form; None also where it is not deployed yet, and a program started the order."""
    try:
        return versions.start_form(session, ready, start_event)
    except errors.NotFound:
        return None


def answered(session: Session, order: ProcessInstance) -> list[tuple[str, str]]:
    """(question, answer) of these questions for an order; without those that were left empty."""
    questions = of(session, order.process_definition_key)
    given = execution.look(session, order.key).root_variables if questions else {}
    return [
        (label(each.label) or each.key, answer_text(given[each.key], each))
        for each in questions
        if given.get(each.key) not in (None, "")
    ]
