"""What a service task can do: one file a record family, three lines an operation.

Importing this package registers every operation in `engine.operations`.
"""

from processes.operations import (
    catalogue_items,
    cost_centres,
    departments,
    equipment,
    orders,
    people,
)

__all__ = ["catalogue_items", "cost_centres", "departments", "equipment", "orders", "people"]
