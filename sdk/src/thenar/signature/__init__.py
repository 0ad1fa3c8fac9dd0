"""Signature: from palm crops to bits that can be compared, stored and sealed."""

from thenar.signature.blocks import BlockCode
from thenar.signature.codec import from_bytes, to_bytes

__all__ = ["BlockCode", "from_bytes", "to_bytes"]
