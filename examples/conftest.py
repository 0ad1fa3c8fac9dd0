"""The tests of these run from wheels in an empty environment: ``tests/wheels``."""

collect_ignore = ["office-badge", "retailer-payment", "stadium-gate"]
