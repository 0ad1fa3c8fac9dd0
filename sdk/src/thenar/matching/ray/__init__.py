"""The same matcher on several machines: galleries cut into shards, each held by several actors.

Needs ``ray`` (the extra ``ray``).
"""

from thenar.matching.ray.gallery import RayGallery
from thenar.matching.ray.matcher import RayMatcher

__all__ = ["RayGallery", "RayMatcher"]
