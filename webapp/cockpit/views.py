"""The cockpit over HTTP: what needs you, orders, process maps, one order on its diagram, mails; and the remedies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import accountability, clock, incidents, instances, user_tasks
from engine.errors import NotFound, Refused
from engine.tables import Job, ProcessDefinition, ProcessInstance
from processes.records import audit
from webapp import access, keys
from webapp.cockpit import blueprint, maps, queries
from webapp.database import db
from webapp.errors import sentence_of
from webapp.language import label
from webapp.texts import shown

SHORTEST_REASON = 3


@blueprint.get("/")
@access.needs("cockpit.see")
def overview() -> str:
    """What needs you: stopped and stuck orders, late work, each with its remedy."""
    now = clock.now()
    late = queries.late(db.session, now)
    return render_template(
        "cockpit/overview.html",
        now=now,
        counts=queries.counts(db.session, now),
        stopped=queries.stopped(db.session),
        stuck=accountability.stuck(db.session, now),
        late=late,
        roles=queries.roles_for(db.session, [each.user_task.key for each in late]),
    )


@blueprint.get("/orders")
@access.needs("cockpit.see")
def orders() -> str:
    """Running (or ended) orders: where each waits, on whom, since when."""
    now = clock.now()
    wanted = {
        "state": "ended" if request.args.get("state") == "ended" else "active",
        "process": request.args.get("process", ""),
        "q": request.args.get("q", "").strip(),
    }
    before = request.args.get("before", type=keys.read)
    page = queries.orders(
        db.session,
        now,
        state=wanted["state"],
        process_id=wanted["process"],
        words=wanted["q"],
        before=before,
    )
    more = before is not None and request.headers.get("HX-Request")
    return render_template(
        "cockpit/more_orders.html" if more else "cockpit/orders.html",
        now=now,
        page=page,
        wanted=wanted,
        definitions=[] if more else queries.newest_definitions(db.session),
    )


@blueprint.get("/orders/<int:key>")
@access.needs("cockpit.see")
def order(key: int) -> str:
    """One order on its diagram, with its incidents."""
    now = clock.now()
    found = _order(key)
    definition = db.session.get_one(ProcessDefinition, found.process_definition_key)
    return render_template(
        "cockpit/order.html",
        now=now,
        order=found,
        definition=definition,
        xml=shown.diagram(definition.xml),
        track=maps.of_order(db.session, found, now),
        reasons=accountability.why_waiting(db.session, key, now),
        stopped=queries.stopped(db.session, instance_key=key),
        starter=queries.people(db.session, {found.started_by}).get(found.started_by, found.started_by),
    )


@blueprint.get("/processes")
@access.needs("cockpit.see")
def processes() -> str:
    """The processes, each with a way to its map."""
    rows = queries.newest_definitions(db.session)
    busy = queries.busy(db.session, [each.process_id for each in rows])
    return render_template("cockpit/processes.html", rows=rows, busy=busy)


@blueprint.get("/processes/<int:key>")
@access.needs("cockpit.see")
def process_map(key: int) -> str:
    """A version of a process with what is open, late and stopped at each of its steps."""
    now = clock.now()
    definition = _definition(key)
    nodes = maps.of_definition(db.session, definition, now)
    selected = request.args.get("node", "")
    return render_template(
        "cockpit/map.html",
        now=now,
        definition=definition,
        versions=queries.versions_of(db.session, definition.process_id),
        xml=shown.diagram(definition.xml),
        nodes=nodes,
        marks=[each.as_mark() for each in nodes if each.open or each.incidents],
        selected=selected,
        dock=_dock(definition, nodes, selected, now) if selected else None,
    )


@blueprint.get("/processes/<int:key>/nodes/<element_id>")
@access.needs("cockpit.see")
def node(key: int, element_id: str) -> str:
    """The orders at one step: the docked list below the map."""
    now = clock.now()
    definition = _definition(key)
    nodes = maps.of_definition(db.session, definition, now)
    return render_template(
        "cockpit/dock.html", now=now, definition=definition, dock=_dock(definition, nodes, element_id, now)
    )


@blueprint.get("/mails")
@access.needs("cockpit.see")
def mails() -> str:
    """Every mail that was written: sent, waiting, or kept because no mail server is set."""
    rows, following = queries.mails(db.session, request.args.get("before", type=keys.read))
    return render_template("cockpit/mails.html", now=clock.now(), rows=rows, next=following)


@blueprint.post("/incidents/<int:key>/resolve")
@access.needs("incidents.resolve")
def resolve(key: int) -> Any:
    """Try again where the order stopped."""
    try:
        # One try: who presses wants to know now whether the cause is cured, not after three pauses.
        row = incidents.resolve(db.session, key, actor=access.actor(), now=clock.now(), retries=1)
    except Refused as refused:
        flash(sentence_of(refused), "warn")
        return redirect(_back())
    still = incidents.of(db.session, row.key)
    if still:
        flash(gettext("It was tried again and stopped again: %(cause)s", cause=still[0].sentence), "warn")
    elif queries.is_being_tried(db.session, row.key):
        flash(gettext("%(number)s is being tried again.", number=row.business_key), "done")
    else:
        flash(gettext("%(number)s goes on.", number=row.business_key), "done")
    return redirect(_back())


@blueprint.post("/jobs/<int:key>/try-again")
@access.needs("incidents.resolve")
def try_again(key: int) -> Any:
    """Try again what failed where no order stands still for it: a clock that starts a process, a delivery, a mail."""
    now = clock.now()
    try:
        job = incidents.try_again(db.session, key, now=now)
    except Refused as refused:
        db.session.rollback()
        flash(sentence_of(refused), "warn")
        return redirect(_back())
    failed, again = {"state": "failed", "problem": job.problem}, {"state": job.state}
    audit.changed(db.session, access.actor().login, Job.__tablename__, str(key), failed, again, now)
    flash(gettext("It is tried again now. If it fails again, it is shown here again with its cause."), "done")
    return redirect(_back())


@blueprint.get("/user-tasks/<int:key>/assign")
@access.needs("user_tasks.assign")
def assignment(key: int) -> str:
    """Who a step can be given to: its candidates first."""
    user_task = user_tasks.get(db.session, key)
    candidates, others = queries.people_for(db.session, user_task)
    return render_template(
        "cockpit/assign.html",
        user_task=user_task,
        order=_order(user_task.process_instance_key),
        candidates=candidates,
        others=others,
        next=access.safe_next(request.args.get("next")) or url_for("cockpit.overview"),
    )


@blueprint.post("/user-tasks/<int:key>/assign")
@access.needs("user_tasks.assign")
def assign(key: int) -> Any:
    """Give a step to a person."""
    login = request.form.get("login", "")
    try:
        user_task = user_tasks.assign(db.session, key, login, actor=access.actor(), now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(sentence_of(refused), "warn")
        return redirect(_back())
    name = queries.people(db.session, {login}).get(login, login)
    flash(gettext("“%(step)s” is with %(who)s now.", step=label(user_task.name), who=name), "done")
    return redirect(_back())


@blueprint.post("/orders/<int:key>/terminate")
@access.needs("orders.terminate")
def terminate(key: int) -> Any:
    """End an order that nothing else can move; the reason is kept."""
    reason = " ".join(request.form.get("reason", "").split())
    if len(reason) < SHORTEST_REASON:
        flash(gettext("A reason is needed: it stays in the history of the order."), "warn")
        return redirect(url_for("cockpit.order", key=key))
    row = instances.terminate(db.session, key, actor=access.actor(), now=clock.now(), reason=reason)
    flash(gettext("%(number)s has ended here.", number=row.business_key), "done")
    return redirect(url_for("cockpit.order", key=key))


def _order(key: int) -> ProcessInstance:
    found = db.session.get(ProcessInstance, key)
    if found is None:
        raise NotFound
    return found


def _definition(key: int) -> ProcessDefinition:
    found = db.session.get(ProcessDefinition, key)
    if found is None:
        raise NotFound
    return found


def _dock(
    definition: ProcessDefinition, nodes: list[maps.Node], element_id: str, now: datetime
) -> dict[str, Any]:
    node = next((each for each in nodes if each.id == element_id), None)
    if node is None:
        raise NotFound
    rows = maps.at_node(db.session, definition.key, element_id)
    reasons = accountability.why_all_wait(db.session, [order.key for order, _ in rows], now)
    return {
        "node": node,
        "rows": rows,
        # Of all that an order waits for, what it waits for here.
        "reasons": {
            key: next((each for each in found if each.element_id == element_id), found[0] if found else None)
            for key, found in reasons.items()
        },
    }


def _back() -> str:
    return access.safe_next(request.form.get("next")) or url_for("cockpit.overview")
