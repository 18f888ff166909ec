"""What the company keeps: one file a record family, with its tables, its rules and its finders.

Importing this package registers every table on `engine.columns.Base`.
"""

import importlib
import pkgutil

for _each in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_each.name}")
