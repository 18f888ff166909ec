"""The counter over HTTP: the intake page with its suggestions, the start of the repair, and what is printed then."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock, errors, forms, instances, versions
from engine import keys as engine_keys
from engine.tables import ProcessInstance
from processes.records import customers, documents
from processes.records.customers import Customer
from processes.records.orders import KIND_LABELS, day
from webapp import access, keys
from webapp.counter import blueprint, queries
from webapp.database import db
from webapp.inbox import orders, own_questions, steps, submissions
from webapp.language import names, page_language

PROCESS = "repair_intake"
#: What the intake form asks; everything else that a browser sends is left out.
FIELDS = (
    "customer_key",
    "customer_name",
    "customer_kind",
    "customer_phone",
    "customer_email",
    "customer_language",
    "device_key",
    "item_type",
    "brand",
    "model",
    "serial_no",
    "plate",
    "vin",
    "mileage",
    "complaint",
    "completeness",
    "accessories",
    "appearance",
    "repair_kind",
    "place",
    "promised_date",
    "channel",
)
_PHOTOS = f"{submissions.FILE}photos"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the page holds: the typed values, the chosen customer and device, and the sentences beside the fields."""

    values: dict[str, str]
    customer: Customer | None
    device: queries.KnownDevice | None
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/new")
@access.needs("counter.use")
def new_repair() -> str:
    """The page; with ?customer= or ?device= that one is chosen already."""
    values = {"customer_key": request.args.get("customer", ""), "device_key": request.args.get("device", "")}
    return _page(_typed(values))


@blueprint.get("/who")
@access.needs("counter.use")
def who() -> str:
    """The part of the page that says who brings what, after one of both was chosen or let go."""
    return render_template("counter/who.html", **_around(_typed(request.args)))


@blueprint.get("/customers")
@access.needs("counter.use")
def suggest_customers() -> str:
    """Customers that fit what is typed."""
    found = queries.find_customers(db.session, request.args.get("find_customer", "").strip())
    return render_template("counter/customers.html", found=found, text=request.args.get("find_customer", ""))


@blueprint.get("/devices")
@access.needs("counter.use")
def suggest_devices() -> str:
    """Devices that fit what is typed, or those of the chosen customer."""
    typed = _typed(request.args)
    text = request.args.get("find_device", "").strip()
    return render_template(
        "counter/devices.html", found=queries.find_devices(db.session, text, typed.customer), text=text
    )


@blueprint.post("/new")
@access.needs("counter.use")
def take_in() -> Any:
    """Start the repair. What is missing is said beside its field, and nothing that was typed is lost."""
    actor, now = access.actor(), clock.now()
    sent = submissions.of(request)
    files = {reference: kept for reference, each in sent.files.items() if (kept := _with_content(each))}
    sent = replace(sent, answers=_answers(bool(files)), files=files)
    if _cannot_be_reached(sent.answers):
        missing = gettext("We need a telephone number or an e-mail address.")
        return _refused({"customer_phone": missing}, sent), 422
    try:
        order = instances.start(
            db.session,
            PROCESS,
            submission=sent.answers,
            files=sent.files,
            request_id=_page_id(),
            actor=actor,
            now=now,
        )
    except forms.SubmissionInvalid as invalid:
        db.session.rollback()
        return _refused(submissions.sentences(invalid), sent), 422
    submissions.attach_all(db.session, order.key, sent, actor=actor, now=now)
    return redirect(url_for("counter.taken_in", key=order.key))


@blueprint.get("/taken-in/<int:key>")
@access.needs("counter.use")
def taken_in(key: int) -> str:
    """The order has begun: print the label and the receipt, then the next customer."""
    order = orders.see(db.session, key, access.actor(), sees_repairs=access.may("repairs.see"))
    return render_template(
        "counter/taken_in.html",
        order=order,
        receipt=documents.latest(db.session, order.business_key, "intake_receipt"),
        following=orders.next_for(db.session, order.key, access.actor()),
        next_steps=steps.what_follows(
            db.session, order, orders.open_tasks_of(db.session, [order.key])[order.key], access.actor()
        ),
        waits=_waits(order),
    )


def _cannot_be_reached(answers: dict[str, Any]) -> bool:
    """Whether a new customer has neither a telephone number nor an address: the repair would stop at its first step."""
    if "customer_key" in answers or "device_key" in answers:
        return False
    return not customers.digits(answers.get("customer_phone")) and "customer_email" not in answers


def _refused(sentences: dict[str, str], sent: submissions.Sent) -> str:
    # What a browser has chosen as files it does not choose again by itself.
    lost = {"photos": gettext("Choose the photos again.")} if sent.files else {}
    return _page(replace(_typed(request.form), errors=sentences | lost))


def _waits(order: ProcessInstance) -> bool:
    """Whether the process asks something before the device is taken in: a double order, a missing warranty."""
    return documents.latest(db.session, order.business_key, "intake_receipt") is None


def _page(typed: Typed) -> str:
    return render_template("counter/new_repair.html", **_around(typed), page_id=_page_id())


def _around(typed: Typed) -> dict[str, Any]:
    return {
        "typed": typed,
        "values": typed.values,
        "errors": typed.errors,
        "kinds": {name: gettext(text) for name, text in KIND_LABELS.items()},
        "languages": names(),
        "own_questions": _own_questions(),
        "own_devices": queries.find_devices(db.session, "", typed.customer) if not typed.device else [],
        "now": clock.now(),
    }


def _typed(values: Any) -> Typed:
    today = day(db.session, clock.now())
    own = [each.key for each in _own_questions()]
    kept = {name: str(values.get(name, "")) for name in (*FIELDS, "urgent", *own)}
    device_key, customer_key = _key(kept["device_key"]), _key(kept["customer_key"])
    device = queries.known_device(db.session, device_key, today) if device_key else None
    customer = customers.get(db.session, customer_key) if customer_key else device.owner if device else None
    kept["customer_key"] = str(customer.key) if customer else ""
    kept["customer_language"] = kept["customer_language"] or page_language()
    kept["repair_kind"] = kept["repair_kind"] or ("warranty" if device and device.is_covered else "paid")
    return Typed(kept, customer, device)


def _answers(has_photos: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {name: text for name in FIELDS if (text := request.form.get(name, "").strip())}
    if "mileage" in answers:
        # People write 120 000; what is no number then, the form refuses with a sentence.
        answers["mileage"] = "".join(answers["mileage"].split())
    for each in _own_questions():
        text = request.form.get(each.key, "").strip()
        if each.type == "checkbox":
            answers[each.key] = text == "1"
        elif text:
            answers[each.key] = text
    answers["urgent"] = request.form.get("urgent") == "1"
    if has_photos:
        answers["photos"] = _PHOTOS
    return answers


def _own_questions() -> list[forms.Field]:
    """What the house asks beside FIELDS, because its form has more questions than this page was drawn for."""
    return own_questions.of(db.session, versions.latest(db.session, PROCESS).key)


def _with_content(files: list[forms.UploadedFile]) -> list[forms.UploadedFile]:
    # A file field that nothing was chosen in sends one file without name and content.
    return [each for each in files if each.content]


def _page_id() -> str:
    sent = request.form.get("page", "")
    return sent[:40] if sent else str(engine_keys.new_key())


def _key(text: str) -> int | None:
    try:
        return keys.read(text) if text else None
    except ValueError as wrong:
        raise errors.NotFound("There is no such customer or device.") from wrong
