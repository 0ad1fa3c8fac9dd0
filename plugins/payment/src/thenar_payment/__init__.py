"""Payment for Thenar: processors, card readers and loyalty programmes, as they come."""

from __future__ import annotations

THENAR_API = 1
