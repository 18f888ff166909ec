"""The table of all rules of the gate: id, severity, and the sentence that the documentation prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what must be true of every model, and how bad it is where it is not."""

    id: str
    severity: str
    promise: str


_ERRORS = {
    # files
    "xml_refused": "A model or decision file is well-formed XML without DOCTYPE, of bounded size and depth.",
    "too_large": "A model is of a size that can be looked at within moments.",
    "not_bpmn": "A .bpmn file holds the definitions of BPMN 2.0.",
    "unknown_resource": "A deployment holds BPMN models, DMN decisions and form-js forms, nothing else.",
    "dmn_refused": "A decision file can be read and each of its expressions compiles.",
    "form_refused": "A form can be read and every component in it is one that we show and check.",
    # ids and references
    "id_missing": "Every process, flow node and sequence flow has an id.",
    "id_invalid": "An id is an XML name: it starts with a letter or _, and has no blanks.",
    "duplicate_id": "An id stands for one thing only, in a file and in a deployment.",
    "dangling_reference": "What a model refers to is in the model, and is of the right kind.",
    # processes
    "no_process": "A BPMN file holds at least one process.",
    "no_executable_process": "At least one process is marked as executable.",
    "no_start_event": "A process has a start event.",
    "several_none_starts": "A process has at most one start event without trigger.",
    "sub_process_start": "An embedded sub-process or transaction has exactly one start event, without trigger.",
    "start_with_incoming": "No sequence flow leads into a start event.",
    "end_with_outgoing": "No sequence flow leaves an end event.",
    "boundary_with_incoming": "No sequence flow leads into a boundary event.",
    "boundary_without_flow": "A boundary event has a sequence flow that leaves it.",
    "flow_crosses_scope": "A sequence flow stays inside its process and its sub-process.",
    "two_lanes": "A flow node lies in one lane; what is drawn twice has no clear owner.",
    # elements
    "unsupported_element": "An element is executed as BPMN says, or it is refused by name.",
    "misplaced_element": "Flow nodes and sequence flows stand directly in a process or sub-process.",
    "unknown_element": "Every element in the BPMN namespace is an element of BPMN 2.0.",
    "unsupported_attribute": "An attribute value that changes the execution is honoured or refused.",
    "unsupported_extension": "A zeebe extension is executed, or it is refused by name.",
    "misplaced_extension": "A zeebe extension stands on an element that reads it, once.",
    "foreign_engine": "A model for another engine is not run with half of its meaning left out.",
    "script_refused": "A model runs no code: the only expression language is FEEL.",
    "event_definitions": "An event has one trigger, or several that fit together at its place.",
    "event_gateway_target": "An event-based gateway leads to at least two events of its own that can be waited for.",
    "event_sub_process_start": "An event sub-process has exactly one start event, with a trigger.",
    "event_sub_process_alone": "An event sub-process has no flows, boundary events or loop marks.",
    "start_trigger": "A process starts by hand, by a message, a signal, a condition or a timer.",
    "link_refused": "A link throw event has one link catch event of its name in its scope, and no flow beside the link.",
    # conditions and expressions
    "condition_missing": "Where a gateway chooses, every flow but the default has a condition.",
    "condition_not_allowed": "Conditions stand on flows that leave an exclusive or inclusive gateway.",
    "default_wrong": "The default flow of a gateway leaves that gateway.",
    "expression_missing": "What must be computed is a FEEL expression and starts with =.",
    "expression_not_allowed": "What must be known at deployment is plain text, not an expression.",
    "expression_refused": "Every expression compiles.",
    "foreign_expression": "No expression is written in the language of another engine, such as ${...}.",
    # values
    "attribute_missing": "What an element needs to run is there.",
    "value_refused": "A value has the form that its place asks for.",
    "name_refused": "The name of a variable is one that FEEL can read.",
    # events and activities
    "timer_definition": "A timer has exactly one of date, duration and cycle.",
    "timer_not_allowed": "A timer's kind fits the place of its event.",
    "timer_refused": "A timer written out is an ISO 8601 date, duration or repetition.",
    "message_missing": "An event or task that waits for a message says which one.",
    "message_name_missing": "A message that is waited for has a name.",
    "correlation_key_missing": "A message that a running instance waits for has a correlation key.",
    "message_twice": "One place does not wait for the same message twice.",
    "signal_missing": "An event that waits for a signal or throws one says which.",
    "signal_name_missing": "A signal has a name.",
    "signal_twice": "One place does not wait for the same signal twice.",
    "condition_twice": "A process does not start by the same condition twice.",
    "error_missing": "An error end event says which error it throws.",
    "error_code_missing": "An error has a code.",
    "error_caught_twice": "An activity catches each error code, and all others, at most once.",
    "error_not_interrupting": "An error interrupts the activity or scope at which it is caught.",
    "escalation_missing": "An event that throws an escalation says which one.",
    "escalation_code_missing": "An escalation has a code.",
    "escalation_caught_twice": "An activity catches each escalation code, and all others, at most once.",
    "task_definition_missing": "A task or event that is work for an operation names its type.",
    "decision_missing": "A business rule task names its decision and the variable for the result.",
    "script_missing": "A script task has a FEEL expression and the variable for the result.",
    "called_process_missing": "A call activity names the process that it calls.",
    "listener_refused": "A listener stands where its event happens, once for each type.",
    "loop_refused": "A loop says how often: multi-instance by a collection or number, a standard loop by a condition or maximum.",
    "compensation_handler": "A compensation boundary event has one activity beside the flow that undoes its step.",
    "compensation_target": "A compensation event names an activity of its scope that can be undone, or none.",
    "compensation_start": "A compensation start event begins the one event sub-process that undoes the sub-process around.",
    "cancel_refused": "A cancel end event lies in a transaction, which has one cancel boundary event.",
    "ad_hoc_refused": "An ad-hoc sub-process has steps that can be started, and no start or end events.",
    # design
    "sla_refused": "The properties sla and sla_clock of a user task can be read.",
    "operation_unknown": "An operation of a registered family exists.",
    "input_missing": "Every required input of an operation is mapped.",
    "process_not_callable": "A process that is called has a start event without trigger.",
    "process_calls_itself": "No process calls itself, directly or through others.",
    "unreachable": "Every flow node can be reached from a start event.",
    # soundness
    "deadlock": "No token waits at a join for others that can no longer come.",
    "lack_of_synchronisation": "No sequence flow carries two tokens at once: parallel paths are joined before they go on.",
    "dead_step": "Every step that the drawing leads to is reached in some run.",
    "endless_loop": "No loop without a way out runs for ever within one step.",
    "end_unreachable": "From wherever an instance stands, an end can still be reached.",
    "message_never_sent": "In a collaboration, every message that is waited for is sent by somebody.",
}

_WARNINGS = {
    "role_missing": "Every user task lies in a named lane or says who it is assigned to; else the role for such work gets it.",
    "form_missing": "Every user task has a form; else people see its variables and a button.",
    "unknown_attribute": "Every attribute is one that BPMN 2.0 or the zeebe extensions know.",
    "default_with_condition": "A default flow has no condition: it would never be asked.",
    "form_doubtful": "A form can be answered: its questions have labels, and what is required is editable.",
    "form_unknown": "A form that is referred to is deployed; until it is, the user task is an incident.",
    "process_unknown": "A process that is called is deployed; until it is, the call is an incident.",
    "decision_unknown": "A decision that is called is deployed; until it is, asking it is an incident.",
    "throw_uncaught": "No error is thrown where nothing can ever catch it: it would be an incident each time.",
    "role_unknown": "The role that a user task waits for exists.",
    "sla_missing": "Every user task says by when it should be done.",
    "escalation_unknown": "The property escalate_to names a role that exists.",
    "outside_worker": "A job type without operation here needs a worker outside.",
    "input_unknown": "Every input that is mapped is one that the operation takes.",
    "error_uncaught": "Every error that an operation may throw is caught in the process.",
    "error_never_thrown": "Every error that is caught is thrown by something inside.",
    "messages_in_a_circle": "Pools do not wait for each other: somebody sends before it waits.",
    "gateway_incomplete": "An exclusive gateway has a default flow or conditions that leave nothing out.",
    "loop_without_wait": "A loop waits for somebody or something on its way.",
    "dead_end": "A path ends in an end event.",
    "name_missing": "User tasks and deciding gateways have a name that people read.",
}

_INFOS = {
    "not_decided": "Every scope is small enough that all positions of its tokens can be looked at.",
    "start_without_role": "A process that people start says who: its start event lies in the lane of their role.",
    "foreign_extension": "Extensions of other vendors stay in the file and mean nothing here.",
    "id_not_a_word": "The ids of flow nodes are words, because people meet them in reports and stories.",
}

RULES: dict[str, Rule] = {
    rule_id: Rule(rule_id, severity, promise)
    for severity, promises in (("error", _ERRORS), ("warning", _WARNINGS), ("info", _INFOS))
    for rule_id, promise in promises.items()
}

#: A model refers to something that is not deployed: what asks for it is an incident until it is.
NOT_DEPLOYED = frozenset({"form_unknown", "process_unknown", "decision_unknown"})
