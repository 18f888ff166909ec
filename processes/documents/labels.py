"""The words that are printed around the facts. English here; other languages come from the translators' catalogues."""

from __future__ import annotations

from engine.sentences import Label, Sentence, _l, in_language

TITLES = {
    "intake_receipt": _l("Receipt: accepted for repair"),
    "quote": _l("Quote for a repair"),
    "work_order": _l("Work order"),
    "invoice": _l("Invoice"),
    "completion_act": _l("Completion act"),
    "repair_report": _l("Repair report"),
    "warranty_card": _l("Warranty card"),
    "issue_note": _l("Issue note"),
    "delivery_note": _l("Delivery note"),
    "acceptance_act": _l("Acceptance act"),
    "credit_note": _l("Credit note"),
    "device_label": _l("Device label"),
    "contract_act": _l("Completion act of a contract"),
    "payment_request": _l("Request for prepayment"),
    "waybill": _l("Waybill"),
    "purchase_order": _l("Purchase order"),
    "goods_receipt": _l("Goods receipt"),
    "return_note": _l("Return note"),
    "request_note": _l("Issue note"),
    "transfer_note": _l("Transfer note"),
    "settlement_sheet": _l("Settlement sheet"),
    "operation_log": _l("Operation log"),
}

#: What each id in the facts is called, by the name it has there.
CHOICES = {
    "repair_kind": {
        "paid": _l("Paid repair"),
        "warranty": _l("Warranty repair"),
        "mixed": _l("Mixed repair"),
        "at_own_cost": _l("Repair at our own cost"),
        "contract": _l("Covered by a contract"),
    },
    "payer": {
        "client": _l("Paid by the customer"),
        "warranty": _l("Under warranty, no charge"),
        "company": _l("At our cost, no charge"),
        "contract": _l("Covered by the contract, no charge"),
    },
    "outcome": {"repaired": _l("Repaired"), "without_repair": _l("Returned without repair")},
    "difference_code": {
        "scrap": _l("Scrap in production"),
        "material": _l("Material was short or faulty"),
        "reserve": _l("More was made as a reserve"),
        "counting": _l("Counted wrongly before"),
        "stopped": _l("Production was stopped early"),
        "other": _l("Something else"),
    },
    "settlement_outcome": {
        "equal": _l("As ordered"),
        "within_tolerance": _l("Within the tolerance"),
        "supplementary": _l("The rest is ordered again"),
        "reduced": _l("The order is reduced to what was made"),
        "surplus": _l("The surplus stays in the store"),
    },
    "stage": {"work": _l("Work"), "inspection": _l("Inspection")},
    "state": {"open": _l("Not completed yet"), "completed": _l("Completed"), "cancelled": _l("Cancelled")},
}

#: The words that templates ask for by name.
WORDS = {
    "acceptance_statement": _l(
        "The goods above were delivered and, where it says so, installed and tried out. The customer takes them over without claims."
    ),
    "accepted": _l("Accepted"),
    "accepted_at": _l("Accepted on"),
    "accessories": _l("Accessories"),
    "act_statement": _l(
        "The works above are done. The customer has received the device, checked it and has no claims about "
        "volume, quality and time."
    ),
    "act_unrepaired": _l(
        "The device was returned without repair. The customer has received it and checked it."
    ),
    "advance_is_settled": _l(
        "What you pay in advance is taken off the invoice. This paper is not an invoice."
    ),
    "amount": _l("Amount"),
    "appearance": _l("Appearance and damage"),
    "approve_until": _l("This quote holds until {day}. Work begins when you have agreed."),
    "bank": _l("Payment to"),
    "basis": _l("Basis"),
    "cause": _l("Cause"),
    "certificate": _l("Certificate"),
    "charged_to": _l("Charged to"),
    "company_signs": _l("For the company"),
    "compared_by": _l("Compared by"),
    "complaint": _l("Complaint"),
    "completeness": _l("Completeness"),
    "confirm_day": _l("Please confirm this order and name the day of delivery."),
    "contract_act_statement": _l(
        "The services of the contract for this period were rendered in full. The customer has no claims about volume, quality "
        "and time."
    ),
    "contract_no": _l("Contract"),
    "copy": _l("Copy"),
    "customer": _l("Customer"),
    "customer_no": _l("Customer number"),
    "customer_signs": _l("Customer"),
    "day_and_signature": _l("Day and signature"),
    "delivered": _l("Delivered"),
    "delivered_at": _l("Delivered on"),
    "delivered_by": _l("Delivered by"),
    "delivery": _l("Delivery"),
    "delivery_note_no": _l("Delivery note"),
    "delivery_on": _l("Delivery date"),
    "delivery_statement": _l(
        "The goods are complete and undamaged. The customer was told how they are installed and what to take care of."
    ),
    "description": _l("Description"),
    "device": _l("Device"),
    "diagnosis": _l("Diagnosis"),
    "difference": _l("Difference"),
    "difference_code": _l("Reason of the difference"),
    "done_at": _l("Repair done on"),
    "due_on": _l("Pay by"),
    "email": _l("E-mail"),
    "employee": _l("Employee"),
    "employees": _l("Employees"),
    "expected_on": _l("Expected on"),
    "fault_code": _l("Fault code"),
    "findings": _l("Findings"),
    "first_pass": _l("Passed the first inspection, %"),
    "from_on": _l("From"),
    "good": _l("Good"),
    "goods": _l("Parts and goods"),
    "hand_out": _l("Hand-out"),
    "handed_out_at": _l("Handed out on"),
    "hours": _l("Hours"),
    "hours_all": _l("Hours"),
    "in_advance": _l("To pay in advance"),
    "included_tax": _l("of which VAT {percent} %"),
    "input": _l("Input"),
    "installation": _l("Installation"),
    "installed_at": _l("Installed on"),
    "installed_by": _l("Installed by"),
    "intake": _l("Intake"),
    "invoice": _l("Invoice"),
    "invoice_no": _l("Invoice"),
    "issued_quantity": _l("Issued"),
    "keep_receipt": _l(
        "Keep this receipt: the device is handed out to whoever brings it, or to the customer in person."
    ),
    "labour_cost": _l("Wages"),
    "lot": _l("Lot"),
    "lowered": _l("Need not be paid"),
    "material_cost": _l("Material"),
    "materials": _l("Materials"),
    "mileage": _l("Mileage, km"),
    "months": _l("Months"),
    "name": _l("Name"),
    "net": _l("Without VAT"),
    "none": _l("None."),
    "operation": _l("Operation"),
    "operation_name": _l("Operation"),
    "operations": _l("Operations"),
    "order": _l("Order"),
    "order_code": _l("Order {order}"),
    "ordered_quantity": _l("Ordered"),
    "outcome": _l("Outcome"),
    "packing_list": _l("Packing list"),
    "page_of": _l("Page {page} of {pages}"),
    "part_no": _l("Part number"),
    "payment": _l("Payment"),
    "period": _l("Period"),
    "phone": _l("Phone"),
    "place": _l("Place"),
    "plate": _l("Number plate"),
    "price": _l("Price"),
    "product": _l("Product"),
    "promised_on": _l("Promised for"),
    "purpose": _l("Purpose"),
    "quantity": _l("Quantity"),
    "quote_change": _l(
        "A part or work that turns out to be needed beyond this quote is quoted again before it is done."
    ),
    "reason": _l("Reason"),
    "receiver": _l("Received by"),
    "receiver_signs": _l("Accepted by"),
    "recipient": _l("Handed to"),
    "refunded": _l("Given back"),
    "rejected": _l("Refused"),
    "remarks": _l("Remarks"),
    "repair": _l("Repair"),
    "repair_kind": _l("Kind of repair"),
    "replaced": _l("Replaced by {number}"),
    "replaces": _l("Replaces {number}"),
    "resolution": _l("Resolution"),
    "rest": _l("Rest"),
    "result": _l("Result"),
    "returned_by": _l("Sent back by"),
    "returned_quantity": _l("Returned"),
    "scrap": _l("Scrap"),
    "serial_no": _l("Serial number"),
    "service_centre": _l("Service centre"),
    "services": _l("Services"),
    "settled_by": _l("Settled by"),
    "settlement_outcome": _l("Outcome"),
    "stage": _l("Stage"),
    "state": _l("State"),
    "storekeeper_signs": _l("Issued by"),
    "supplier": _l("Supplier"),
    "taken_by": _l("Taken by"),
    "tax": _l("VAT {percent} %"),
    "tax_id": _l("Tax number"),
    "to_pay": _l("To pay"),
    "total": _l("Total"),
    "tracking": _l("Parcel number"),
    "unit": _l("Unit"),
    "unit_cost": _l("Cost of one piece"),
    "until_on": _l("Until"),
    "urgency": _l("Urgency"),
    "urgent": _l("Urgent"),
    "used_quantity": _l("Used"),
    "version": _l("Version"),
    "vin": _l("Vehicle identification number"),
    "wages": _l("Wages"),
    "warranted": _l("Parts and works under warranty"),
    "warranty_start": _l("The warranty runs from the day on which the device is handed out."),
    "warranty_terms": _l(
        "Show this card with the device. The warranty ends early if the device was opened by others, used against its "
        "instructions, or damaged from outside. A replaced part keeps the term of the part before it."
    ),
    "what_was_made": _l("Ordered and made"),
    "whole_order": _l("Whole order"),
    "workers": _l("People"),
    "works": _l("Works"),
    "works_and_parts": _l("Works and parts"),
}


def title(kind: str, language: str) -> str:
    """What a kind of document is called."""
    return in_language(Sentence(TITLES[kind]), language)


def words(language: str) -> dict[str, str]:
    """All words of the templates; places in them ("{day}") stay as they are, for the template to fill in."""
    return {name: in_language(_as_pattern(text), language) for name, text in WORDS.items()}


def choice(name: str, value: str, language: str) -> str:
    """What an id is called, or a text of the product that has no list here (a unit)."""
    named = CHOICES.get(name, {}).get(value, value)
    return in_language(Sentence("{text}", text=Label(named)), language)


def _as_pattern(text: str) -> Sentence:
    places = (
        part.partition("}")[0] for part in text.split("{")[1:]
    )  # each place stands for itself: "{day}" gives "{day}"
    return Sentence(text, **{place: f"{{{place}}}" for place in places})
