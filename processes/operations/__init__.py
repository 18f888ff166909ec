"""What a service task can do: one file a record family, three lines an operation.

Importing this package registers every operation in `engine.operations`.
"""

import importlib
import pkgutil

for _each in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_each.name}")
