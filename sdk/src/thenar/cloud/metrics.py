"""What Prometheus is told: counts and times, by route and outcome, of nobody in particular."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from thenar.cloud.tables import DeliveryRow, PaymentStep, StepState

if TYPE_CHECKING:
    from thenar.cloud.service import Service

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The service's own registry; nothing is shared with other services of the process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "thenar_requests",
            "Requests by route's pattern and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "thenar_request_seconds",
            "Time until the answer",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._running = Gauge(
            "thenar_requests_running", "Requests that are being answered", registry=self.registry
        )
        self._events = Counter("thenar_events", "Events by name", ["event"], registry=self.registry)

    def began(self) -> None:
        """A request came."""
        self._running.inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """It was answered; a route that is not known is counted as none."""
        self._running.dec()
        self._requests.labels(method if route else "", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def happened(self, event: str) -> None:
        """Something that observers are told of."""
        self._events.labels(event).inc()

    def watch(self, service: Service) -> None:
        """Tell what is in the database and in memory whenever somebody looks."""
        self.registry.register(_Standing(service))

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)


class _Standing(Collector):
    """Gauges that are counted when somebody looks."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is counted to register."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        palms = GaugeMetricFamily("thenar_palms", "Palms that can be found")
        palms.add_metric([], len(self._service.references))
        yield palms
        with self._service.store.reading() as session:
            waiting = session.scalar(
                select(func.count()).where(PaymentStep.state == StepState.OPEN)
            )
            states = session.execute(
                select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)
            ).all()
        steps = GaugeMetricFamily("thenar_payment_steps_open", "Payment steps without an answer")
        steps.add_metric([], waiting or 0)
        yield steps
        messages = GaugeMetricFamily(
            "thenar_webhook_messages", "Messages to webhooks by state", labels=["state"]
        )
        for state, count in states:
            messages.add_metric([state], count)
        yield messages
