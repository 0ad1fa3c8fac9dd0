"""Access for Thenar: badge numbers on the Wiegand wire; gates and doors as they come."""

from __future__ import annotations

from thenar_access.wiegand import FORMATS, Format, decode, encode

THENAR_API = 1

__all__ = ["FORMATS", "Format", "decode", "encode"]
