"""How far an evaluation is, told to whoever wants to show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Shows how far a step is."""

    def __call__(self, title: str, total: int, things: Iterable[T]) -> Iterable[T]:
        """Give ``things`` on, one by one; ``total`` is how many will come."""


def silent(title: str, total: int, things: Iterable[T]) -> Iterable[T]:  # noqa: ARG001
    """Shows nothing."""
    return things
