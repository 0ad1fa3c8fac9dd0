"""An observer that remembers what it was told."""

from __future__ import annotations

from thenar.records import Event


class SimulatedObserver:
    """Keeps every event.

    Attributes:
        events: in the order told.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        """Keep one event."""
        self.events.append(event)
