"""Turns a FEEL text into a syntax tree (DMN 1.5, 10.3.1.2)."""

from .names import Names, names_of
from .parser import parse, parse_unary_tests

__all__ = ["Names", "names_of", "parse", "parse_unary_tests"]
