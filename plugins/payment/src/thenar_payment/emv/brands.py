"""Brands by the registered part of their application's name (ISO/IEC 7816-5, EMV tag 4F)."""

from __future__ import annotations

BRANDS = (
    ("A0000000043060", "maestro"),
    ("A000000004", "mastercard"),
    ("A000000003", "visa"),
    ("A000000025", "amex"),
    ("A000000152", "discover"),
    ("A000000324", "discover"),
    ("A000000065", "jcb"),
    ("A000000333", "unionpay"),
    ("A000000359", "girocard"),
    ("A000000042", "cb"),
    ("A000000277", "interac"),
    ("A000000524", "rupay"),
)
"""Longer beginnings first."""

APPLICATIONS = (
    "A0000000031010",
    "A0000000041010",
    "A0000000043060",
    "A00000002501",
    "A0000001523010",
    "A0000000651010",
    "A000000333010101",
    "A0000003591010028001",
)
"""What is tried by name on a card without a directory."""


def brand_of(application: bytes) -> str:
    """Name of the brand; empty for an application that is none of theirs."""
    name = application.hex().upper()
    return next((brand for start, brand in BRANDS if name.startswith(start)), "")
