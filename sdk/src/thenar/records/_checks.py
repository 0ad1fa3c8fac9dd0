"""Checks at a record's birth: each message says what was expected and what came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thenar.errors import InvalidRecord

Check = Callable[[Any, Any, Any], None]


def fail(instance: object, attribute: Any, expected: str, got: object) -> InvalidRecord:
    """The error for one field; ``got`` is shown as text, so never pass a secret or an image."""
    record = type(instance).__name__
    return InvalidRecord(f"{record}.{attribute.name}: expected {expected}, got {got}.")


def between(low: float, high: float) -> Check:
    """A number in ``[low, high]``; NaN is refused."""

    def check(instance: object, attribute: Any, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise fail(instance, attribute, f"a number in {low}..{high}", type(value).__name__)
        if not low <= value <= high:
            raise fail(instance, attribute, f"a number in {low}..{high}", value)

    return check


def whole(low: int = 0) -> Check:
    """An int of at least ``low``; bool is refused."""

    def check(instance: object, attribute: Any, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise fail(instance, attribute, f"an int ≥ {low}", type(value).__name__)
        if value < low:
            raise fail(instance, attribute, f"an int ≥ {low}", value)

    return check


def text(instance: object, attribute: Any, value: Any) -> None:
    """A non-empty string."""
    if not isinstance(value, str) or not value:
        raise fail(instance, attribute, "a non-empty string", "an empty or other value")


def array(dtype: str, *shapes: tuple[int | None, ...]) -> Check:
    """A numpy array of one dtype and one of the shapes; ``None`` is any length of at least 1."""
    wanted = " or ".join("×".join("n" if n is None else str(n) for n in s) for s in shapes)

    def check(instance: object, attribute: Any, value: Any) -> None:
        expected = f"a {dtype} array of shape {wanted}"
        if getattr(value, "dtype", None) != dtype:
            kind = getattr(value, "dtype", type(value).__name__)
            raise fail(instance, attribute, expected, kind)
        shape = value.shape
        if not any(_fits(shape, allowed) for allowed in shapes):
            raise fail(instance, attribute, expected, f"shape {shape}")

    return check


def _fits(shape: tuple[int, ...], allowed: tuple[int | None, ...]) -> bool:
    return len(shape) == len(allowed) and all(
        got > 0 if want is None else got == want for got, want in zip(shape, allowed, strict=True)
    )
