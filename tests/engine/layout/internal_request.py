"""The internal service request as a sample: five lanes, loops, timers, and one sub-process around it all."""

from __future__ import annotations

from tests.engine.layout.diagrams import collaboration, document, flows, lane_set, node, process


def internal_request(*, lanes_outside: bool) -> bytes:
    """The internal service request: all in one sub-process that can be cancelled, its lanes inside it or around it."""
    lanes = {
        "requester": "start request needs_approval confirm accepted finished",
        "department_head": "approve approved rejected",
        "department": "route take work external_help external remind reminded",
        "accounting": "cost history",
    }
    inner = [
        node("startEvent", "start", "Request needed"),
        node("userTask", "request", "Describe the request"),
        node("exclusiveGateway", "needs_approval", "Approval needed?", default="flow_needs_approval_route"),
        node("userTask", "approve", "Approve the request"),
        node("exclusiveGateway", "approved", "Approved?"),
        node("endEvent", "rejected", "Request rejected"),
        node("businessRuleTask", "route", "Route to department and set priority"),
        node("userTask", "take", "Take the request"),
        node("userTask", "work", "Do the work"),
        node(
            "boundaryEvent",
            "overdue",
            "Due date passed",
            "<timerEventDefinition/>",
            attachedToRef="work",
            cancelActivity="false",
        ),
        node("sendTask", "remind", "Remind the department"),
        node("endEvent", "reminded"),
        node(
            "exclusiveGateway", "external_help", "External help needed?", default="flow_external_help_confirm"
        ),
        node("callActivity", "external", "Order from a third party"),
        node("userTask", "confirm", "Confirm the result"),
        node(
            "boundaryEvent",
            "auto",
            "3 days without an answer",
            "<timerEventDefinition/>",
            attachedToRef="confirm",
        ),
        node("exclusiveGateway", "accepted", "Result accepted?"),
        node("serviceTask", "cost", "Book internal cost to cost centre"),
        node("serviceTask", "history", "Write equipment history"),
        node("endEvent", "finished", "Request completed"),
        flows(
            """start -> request
            request -> needs_approval
            needs_approval -> approve : yes
            needs_approval -> route : no
            approve -> approved
            approved -> route : yes
            approved -> rejected : no
            route -> take
            take -> work
            overdue -> remind
            remind -> reminded
            work -> external_help
            external_help -> external : yes
            external_help -> confirm : no
            external -> confirm
            confirm -> accepted
            auto -> cost
            accepted -> take : reopened
            accepted -> cost : yes
            cost -> history
            history -> finished"""
        ),
    ]
    around = [
        node("startEvent", "asked", "Employee asks"),
        node(
            "boundaryEvent",
            "cancel_order",
            "Order cancelled",
            "<messageEventDefinition/>",
            attachedToRef="service_request",
        ),
        node("userTask", "cancel_review", "Review the cancellation"),
        node("endEvent", "cancelled"),
        node("endEvent", "closed", "Order closed"),
        flows(
            """asked -> service_request
            service_request -> closed
            cancel_order -> cancel_review
            cancel_review -> cancelled"""
        ),
    ]
    if lanes_outside:
        lanes["requester"] += " asked closed service_request"
        around.insert(0, lane_set(**lanes, manager="cancel_review cancelled"))
    else:
        inner.insert(0, lane_set(**lanes))
    return document(
        collaboration('<participant id="company" name="Company" processRef="process"/>'),
        process(*around, node("subProcess", "service_request", "Internal service request", "\n".join(inner))),
    )
