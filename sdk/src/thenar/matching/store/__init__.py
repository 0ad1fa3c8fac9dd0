"""A gallery that is still there after the power fails: sealed blocks of references on disk.

Needs ``cryptography`` (the extra ``cloud``). What is on disk is meant as a copy that
makes a start quick; see :class:`GalleryStore` for what it promises.
"""

from thenar.matching.store.gallery import StoredGallery
from thenar.matching.store.rows import Kind, Rows
from thenar.matching.store.store import KEY_PREFIX, GalleryStore, Keys

__all__ = ["KEY_PREFIX", "GalleryStore", "Keys", "Kind", "Rows", "StoredGallery"]
