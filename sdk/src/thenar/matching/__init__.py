"""Matching: comparing, searching and deciding."""

from thenar.matching.decide import decide
from thenar.matching.fusion import fused
from thenar.matching.gallery import NumpyGallery
from thenar.matching.numpy_matcher import NumpyMatcher

__all__ = ["NumpyGallery", "NumpyMatcher", "decide", "fused"]
