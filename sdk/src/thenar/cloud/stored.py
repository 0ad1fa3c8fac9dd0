"""The gallery's copy on disk: a cache of what the database holds, sealed, quick to load.

The database is the truth. A reference on disk counts while it bears the random name
of the palm in the database under its number; what is missing is revealed from the
database, what is too much is removed, and a copy that cannot be read is made anew.
Its key lies with people's keys and is destroyed whenever somebody is removed, so an
old copy of the folder is as unreadable as their template.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from thenar.cloud.tables import Palm, Person, PersonState
from thenar.matching.store import KEY_PREFIX, StoredGallery
from thenar.protocols import Gallery
from thenar.vault.person_keys import PersonKeys
from thenar.vault.storage import Store

_AT_ONCE = 500


def gallery(
    inner: Gallery, folder: Path, keys: PersonKeys, store: Store, template_key: int
) -> StoredGallery:
    """A gallery that keeps a copy in a folder, protected under keys of that version."""
    return StoredGallery(inner, folder, keys, _stamps(store, template_key))


def expected(
    store: Store, kinds: Collection[tuple[str, int]], template_key: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    """Number and stamp of every palm that can be found, of some algorithms and versions."""
    there = (
        select(Palm.id, Palm.name, Palm.algorithm, Palm.version)
        .join(Person, Palm.person_id == Person.id)
        .where(Person.state == PersonState.ACTIVE)
    )
    with store.reading() as session:
        found = [
            (number, _stamp(name, template_key))
            for number, name, algorithm, version in session.execute(there)
            if (algorithm, version) in kinds
        ]
    numbers, stamps = zip(*found, strict=True) if found else ((), ())
    return np.array(numbers, np.uint32), np.array(stamps, np.uint64)


def is_own_key(name: str) -> bool:
    """Whether a key is of the copy on disk, and of nobody."""
    return name.startswith(KEY_PREFIX)


def _stamps(store: Store, template_key: int) -> Callable[[Iterable[int]], Mapping[int, int]]:
    def stamps(numbers: Iterable[int]) -> Mapping[int, int]:
        wanted, found = list(numbers), {}
        with store.reading() as session:
            for first in range(0, len(wanted), _AT_ONCE):
                some = wanted[first : first + _AT_ONCE]
                rows = session.execute(select(Palm.id, Palm.name).where(Palm.id.in_(some)))
                found.update({number: _stamp(name, template_key) for number, name in rows})
        return found

    return stamps


def _stamp(name: str, template_key: int) -> int:
    """64 of the random bits that name a palm, others for every version of the template key."""
    return (int(name[:16], 16) + template_key) % (1 << 64)
