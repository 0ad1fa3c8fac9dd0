"""Candidate sets: whose palms a search may find, said in a small language."""

from thenar.matching.candidates.expression import Expression, is_name, parse
from thenar.matching.candidates.sets import Sets

__all__ = ["Expression", "Sets", "is_name", "parse"]
