"""Hand-written diagrams, each showing what one kind of process asks of a drawing."""

from __future__ import annotations

from tests.engine.layout.diagrams import collaboration, document, flows, lane_set, node, process
from tests.engine.layout.internal_request import internal_request


def linear() -> bytes:
    return document(
        process(
            node("startEvent", "ordered", "Order received"),
            node("userTask", "check"),
            node("serviceTask", "book", "Book the amount on the customer's account and tell them"),
            node("endEvent", "done"),
            flows("ordered -> check\ncheck -> book\nbook -> done"),
        )
    )


def choice_with_loop() -> bytes:
    return document(
        process(
            node("startEvent", "begin"),
            node("userTask", "write", "Write the offer"),
            node("userTask", "review", "Review the offer"),
            node("exclusiveGateway", "good", "Is the offer good enough?", default="flow_good_send"),
            node("userTask", "improve", "Improve the offer"),
            node("sendTask", "send", "Send it"),
            node("endEvent", "sent"),
            node("endEvent", "given_up"),
            flows(
                """begin -> write
                write -> review
                review -> good
                good -> send : yes
                good -> improve : needs work
                good -> given_up : hopeless
                improve -> review
                send -> sent"""
            ),
        )
    )


def parallel() -> bytes:
    return document(
        process(
            node("startEvent", "begin"),
            node("parallelGateway", "split", ""),
            *(node("userTask", f"part_{place}") for place in range(4)),
            node("userTask", "part_1_again"),
            node("parallelGateway", "join", ""),
            node("endEvent", "done"),
            flows(
                """begin -> split
                split -> part_0
                split -> part_1
                split -> part_2
                split -> part_3
                part_0 -> join
                part_1 -> part_1_again
                part_1_again -> join
                part_2 -> join
                part_3 -> join
                join -> done"""
            ),
        )
    )


def lanes_back_and_forth() -> bytes:
    return document(
        process(
            lane_set(
                sales="begin offer confirm accepted done lost",
                technical_department="estimate build",
                stock="reserve hand_over",
            ),
            node("startEvent", "begin", "Customer calls"),
            node("userTask", "offer"),
            node("userTask", "estimate"),
            node("userTask", "confirm", "Confirm with the customer"),
            node("exclusiveGateway", "accepted", "Accepted?"),
            node("endEvent", "lost", "Order lost"),
            node("userTask", "reserve"),
            node("userTask", "build"),
            node("userTask", "hand_over"),
            node("endEvent", "done", "Order done"),
            flows(
                """begin -> offer
                offer -> estimate
                estimate -> confirm
                confirm -> accepted
                accepted -> reserve : yes
                accepted -> lost : no
                accepted -> estimate : too expensive
                reserve -> build
                build -> hand_over
                hand_over -> done"""
            ),
        )
    )


def nested_with_boundaries() -> bytes:
    inner = "\n".join(
        [
            node("startEvent", "inner_begin", ""),
            node("userTask", "inspect"),
            node("subProcess", "repair", "Repair", _repair()),
            node("boundaryEvent", "part_missing", inner="<errorEventDefinition/>", attachedToRef="repair"),
            node("userTask", "order_part"),
            node("endEvent", "inner_done", ""),
            flows(
                """inner_begin -> inspect
                inspect -> repair
                repair -> inner_done
                part_missing -> order_part
                order_part -> repair"""
            ),
        ]
    )
    return document(
        process(
            node("startEvent", "begin", "Device received"),
            node("subProcess", "service", "Service the device", inner),
            node("boundaryEvent", "cancelled", inner="<messageEventDefinition/>", attachedToRef="service"),
            node(
                "boundaryEvent",
                "late",
                inner="<timerEventDefinition/>",
                attachedToRef="service",
                cancelActivity="false",
            ),
            node("userTask", "review_cancellation"),
            node("sendTask", "tell_customer"),
            node("endEvent", "was_cancelled"),
            node("endEvent", "told"),
            node("userTask", "hand_out"),
            node(
                "boundaryEvent",
                "not_fetched",
                "Not fetched for 30 days",
                "<timerEventDefinition/>",
                attachedToRef="hand_out",
            ),
            node(
                "boundaryEvent",
                "reminder",
                "After a week",
                "<timerEventDefinition/>",
                attachedToRef="hand_out",
                cancelActivity="false",
            ),
            node("sendTask", "remind"),
            node("endEvent", "reminded"),
            node("serviceTask", "scrap"),
            node("endEvent", "done", "Device returned"),
            flows(
                """begin -> service
                service -> hand_out
                hand_out -> done
                cancelled -> review_cancellation
                review_cancellation -> was_cancelled
                late -> tell_customer
                tell_customer -> told
                reminder -> remind
                remind -> reminded
                not_fetched -> scrap
                scrap -> done"""
            ),
        )
    )


def _repair() -> str:
    return "\n".join(
        [
            node("startEvent", "repair_begin", ""),
            node("userTask", "replace"),
            node("userTask", "test"),
            node("exclusiveGateway", "works", "Works?"),
            node("endEvent", "repair_done", ""),
            flows(
                """repair_begin -> replace
                replace -> test
                test -> works
                works -> repair_done : yes
                works -> replace : no"""
            ),
        ]
    )


def pools_with_messages() -> bytes:
    messages = "".join(
        f'<messageFlow id="message_{source}_{target}" sourceRef="{source}" targetRef="{target}" name="{name}"/>'
        for source, target, name in (
            ("place", "shop_begin", "Order"),
            ("confirm", "wait", "Confirmation"),
            ("pay", "paid", "Payment"),
            ("ship", "carrier", "Parcel"),
            ("carrier", "delivered", "Proof of delivery"),
        )
    )
    return document(
        collaboration(
            '<participant id="customer" name="Customer" processRef="customer_process"/>',
            '<participant id="shop" name="Shop" processRef="shop_process"/>',
            '<participant id="carrier" name="Carrier"/>',
            messages,
        ),
        process(
            node("startEvent", "begin"),
            node("sendTask", "place", "Place the order"),
            node("receiveTask", "wait", "Wait for the confirmation"),
            node("userTask", "pay"),
            node("endEvent", "happy"),
            flows("begin -> place\nplace -> wait\nwait -> pay\npay -> happy"),
            id="customer_process",
        ),
        process(
            lane_set(
                office="shop_begin confirm paid in_time cancel cancelled",
                warehouse="pack ship delivered closed",
            ),
            node("startEvent", "shop_begin", "Order arrives", "<messageEventDefinition/>"),
            node("userTask", "confirm", "Confirm the order"),
            node("eventBasedGateway", "in_time", ""),
            node("intermediateCatchEvent", "paid", "Paid", "<messageEventDefinition/>"),
            node("intermediateCatchEvent", "cancel", "After 14 days", "<timerEventDefinition/>"),
            node("endEvent", "cancelled"),
            node("userTask", "pack"),
            node("sendTask", "ship", "Hand over to the carrier"),
            node("intermediateCatchEvent", "delivered", "Delivered", "<messageEventDefinition/>"),
            node("endEvent", "closed"),
            flows(
                """shop_begin -> confirm
                confirm -> in_time
                in_time -> paid
                in_time -> cancel
                cancel -> cancelled
                paid -> pack
                pack -> ship
                ship -> delivered
                delivered -> closed"""
            ),
            id="shop_process",
        ),
    )


def five_ends() -> bytes:
    return document(
        process(
            node("startEvent", "begin"),
            node("exclusiveGateway", "which", "Which kind of request?"),
            *(node("userTask", f"kind_{place}") for place in range(4)),
            *(node("endEvent", f"end_{place}", f"Request {place} done") for place in range(5)),
            flows(
                "begin -> which\nwhich -> end_4 : none of these\n"
                + "\n".join(
                    f"which -> kind_{place} : kind {place}\nkind_{place} -> end_{place}" for place in range(4)
                )
            ),
        )
    )


def dead_end() -> bytes:
    return document(
        process(
            node("startEvent", "begin"),
            node("userTask", "first"),
            node("userTask", "forgotten"),
            node("userTask", "alone"),
            node("userTask", "round_and_round"),
            flows("begin -> first\nfirst -> forgotten\nround_and_round -> round_and_round : again"),
        )
    )


def artifacts() -> bytes:
    return document(
        process(
            node("startEvent", "begin"),
            node(
                "userTask",
                "check",
                inner='<dataInputAssociation id="reads"><sourceRef>order</sourceRef></dataInputAssociation>',
            ),
            node(
                "userTask",
                "approve",
                inner='<dataOutputAssociation id="writes"><targetRef>ledger</targetRef></dataOutputAssociation>',
            ),
            node("exclusiveGateway", "right", "All right?"),
            node("endEvent", "done"),
            node("endEvent", "refused"),
            node("dataObjectReference", "order", "Order form"),
            node("dataStoreReference", "ledger", "Ledger"),
            '<textAnnotation id="note"><text>Two people look at every order above 1000 euros.</text></textAnnotation>',
            '<association id="noted" sourceRef="approve" targetRef="note"/>',
            '<textAnnotation id="hint"><text>Happens rarely</text></textAnnotation>',
            '<association id="hinted" sourceRef="hint" targetRef="flow_right_refused"/>',
            flows(
                """begin -> check
                check -> approve
                approve -> right
                right -> done : yes
                right -> refused : no"""
            ),
        )
    )


def boundary_that_leads_back() -> bytes:
    return document(
        process(
            node("startEvent", "begin"),
            node("serviceTask", "book", "Book the cost"),
            node("boundaryEvent", "refused", inner="<errorEventDefinition/>", attachedToRef="book"),
            node("userTask", "choose", "Choose another cost centre"),
            node("endEvent", "done"),
            flows("begin -> book\nbook -> done\nrefused -> choose\nchoose -> book"),
        )
    )


ALL = {
    "boundary_that_leads_back": boundary_that_leads_back(),
    "linear": linear(),
    "choice_with_loop": choice_with_loop(),
    "parallel": parallel(),
    "lanes_back_and_forth": lanes_back_and_forth(),
    "nested_with_boundaries": nested_with_boundaries(),
    "pools_with_messages": pools_with_messages(),
    "five_ends": five_ends(),
    "dead_end": dead_end(),
    "artifacts": artifacts(),
    "internal_request_lanes_inside": internal_request(lanes_outside=False),
    "internal_request_lanes_outside": internal_request(lanes_outside=True),
}
