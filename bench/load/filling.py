"""A service's folder full of people who were never there, written straight to its store."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.progress import track
from sqlalchemy import insert

from thenar.benchmark.population import ASPECTS, strangers
from thenar.cloud import CloudSettings, Services, people
from thenar.cloud.service import Service
from thenar.cloud.tables import Palm, Person, Tenant, identifier
from thenar.matching import NumpyMatcher
from thenar.matching.gallery import ALGORITHM, VERSION
from thenar.matching.protection import protect_packed
from thenar.messages import Purpose
from thenar.records import Hand, Signature
from thenar.signature import BlockCode
from thenar.vault.person_keys import _bound, _PersonKey
from thenar.vault.protection import protect, protect_template

_AT_ONCE = 2000
NOW = time.time()


def fill(folder: Path, count: int, *, seed: int = 1) -> str:
    """Enrol so many people with one palm each.

    Returns:
        The tenant's identifier.
    """
    settings = CloudSettings(folder=folder)
    service = Service.open(settings, Services(BlockCode(), NumpyMatcher()), lambda: NOW)
    tenant = identifier()
    with service.store.writing() as session:
        session.add(Tenant(id=tenant, name="stadium", created=NOW))
    total = -(-count // _AT_ONCE)
    for number, cells in enumerate(track(_batches(count, seed), "Filling", total=total)):
        _keep(service, tenant, number * _AT_ONCE, cells)
    service.close()
    return tenant


def _batches(count: int, seed: int) -> Iterator[np.ndarray]:
    waiting, have = [], 0
    for cells in strangers(count, seed):
        waiting.append(cells)
        have += len(cells)
        while have >= _AT_ONCE:
            every = np.concatenate(waiting)
            yield every[:_AT_ONCE]
            waiting, have = [every[_AT_ONCE:]], have - _AT_ONCE
    if have:
        yield np.concatenate(waiting)


def _keep(service: Service, tenant: str, first: int, cells: np.ndarray) -> None:
    whole = np.full((len(cells), 1, 16), 2**64 - 1, np.uint64)
    key = service.templates.key(tenant)
    bits, masks = protect_packed(cells[:, None], whole, ASPECTS, key)
    names = [identifier() for _ in cells]
    keys = [secrets.token_bytes(32) for _ in cells]
    with service.person_keys._store.writing() as session:  # noqa: SLF001
        wrapped = [
            service.keys.wrap(key, _bound(name)) for key, name in zip(keys, names, strict=True)
        ]
        session.execute(
            insert(_PersonKey),
            [
                {"person": name, "version": one.version, "wrapped": one.data}
                for name, one in zip(names, wrapped, strict=True)
            ],
        )
    persons, palms = [], []
    for place, (name, key) in enumerate(zip(names, keys, strict=True)):
        number = first + place + 1
        hand = Hand.LEFT if (first + place) % 2 == 0 else Hand.RIGHT
        signature = Signature(ALGORITHM, VERSION, ASPECTS, bits[place], masks[place], hand)
        persons.append(_person(number, tenant, name, key))
        palms.append(_palm(number, service, tenant, signature, key))
    with service.store.writing() as session:
        session.execute(insert(Person), persons)
        session.execute(insert(Palm), palms)


def _person(number: int, tenant: str, name: str, key: bytes) -> dict[str, object]:
    return {
        "id": number,
        "tenant_id": tenant,
        "subject": people.new_subject(),
        "key_name": name,
        "state": "active",
        "consent_text": "terms 1 en",
        "consent_purposes": [purpose.value for purpose in Purpose],
        "contact": protect(b"", key, bound=f"contact {name}"),
        "contact_index": "",
        "created": NOW,
        "key": name,
        "fingerprint": "",
    }


def _palm(
    number: int, service: Service, tenant: str, signature: Signature, key: bytes
) -> dict[str, object]:
    name = identifier()
    version = service.settings.template_key
    return {
        "id": number,
        "person_id": number,
        "name": name,
        "hand": signature.hand.value,
        "algorithm": signature.algorithm,
        "version": signature.version,
        "template": protect_template(signature, key, tenant=tenant, palm=name, version=version),
        "created": NOW,
    }
