"""All tables of the engine. A row is written only by the verb or the step that its docstring names.

State of a process instance is its open tokens and variables (`ProcessInstance.tokens`); everything else about the present
(user tasks, jobs, subscriptions, open flow nodes, incidents) is derived from it in the same transaction, so that pages
read rows and never decode a state.
"""

from engine.columns import Base
from engine.tables.deployed import (
    DecisionDefinition,
    Deployment,
    FormDefinition,
    ProcessDefinition,
    StartSubscription,
)
from engine.tables.past import Effect, History, Mail, Series
from engine.tables.people import Deputy, Membership, Person, Role, Setting
from engine.tables.running import (
    Draft,
    EventSubscription,
    Incident,
    Job,
    Message,
    MessageReceipt,
    MessageSubscription,
    MissedMessage,
    OpenFlowNode,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)

__all__ = [
    "Base",
    "DecisionDefinition",
    "Deployment",
    "Deputy",
    "Draft",
    "Effect",
    "EventSubscription",
    "FormDefinition",
    "History",
    "Incident",
    "Job",
    "Mail",
    "Membership",
    "Message",
    "MessageReceipt",
    "MessageSubscription",
    "MissedMessage",
    "OpenFlowNode",
    "Person",
    "ProcessDefinition",
    "ProcessInstance",
    "Role",
    "Series",
    "Setting",
    "StartSubscription",
    "UserTask",
    "UserTaskCandidate",
]
