"""What the company keeps: one file a record family, with its tables, its rules and its finders.

Importing this package registers every table on `engine.columns.Base`.
"""

from processes.records import (
    attachments,
    catalogue_items,
    comments,
    cost_centres,
    departments,
    equipment,
)

__all__ = ["attachments", "catalogue_items", "comments", "cost_centres", "departments", "equipment"]
