"""The running service: what every flow works with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import attrs
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from thenar.cloud import stored
from thenar.cloud.alone import hold_alone
from thenar.cloud.assertions import Assertions
from thenar.cloud.candidates import Candidates
from thenar.cloud.doors.policies import Policies
from thenar.cloud.key_providers import open_keys
from thenar.cloud.metrics import Metrics
from thenar.cloud.references import References
from thenar.cloud.scim.roll import Roll
from thenar.cloud.services import Services
from thenar.cloud.settings import CloudSettings
from thenar.cloud.tables import NonceRow, Tables, Tenant
from thenar.errors import SettingsError
from thenar.protocols import Gallery
from thenar.records import Event
from thenar.vault.keys import KeyProvider
from thenar.vault.person_keys import PersonKeys
from thenar.vault.storage import Store
from thenar.vault.tenant_keys import TemplateKeys


@attrs.frozen
class Caller:
    """The device that asks, once its signature was found to hold."""

    device: str
    tenant: str
    actor: str = attrs.field()
    """As the audit log names it."""

    @actor.default
    def _the_device(self) -> str:
        return f"device {self.device}"


@attrs.frozen(eq=False)
class Service:
    """Everything that is open while the service runs.

    Attributes:
        settings: the table ``[cloud]``.
        plugins: what the settings chose.
        clock: seconds since the epoch, UTC.
        keys: the service's own keys.
        person_keys: people's keys.
        store: the database.
        references: the palms in memory.
        candidates: who of them may be found at which site.
        roll: who they are, by the word of the identity provider.
        policies: of the sites whose doors follow one.
        assertions: makes and checks them.
        opened: what :meth:`close` closes.
        metrics: what Prometheus is told.
        ready: set while every palm is loaded and requests are welcome.
        enrolling: held while a palm is compared with all and added.
        directing: held while the directory is changed.
    """

    settings: CloudSettings
    plugins: Services
    clock: Callable[[], float]
    keys: KeyProvider
    person_keys: PersonKeys
    store: Store
    references: References
    candidates: Candidates
    roll: Roll
    policies: Policies
    assertions: Assertions
    opened: ExitStack
    metrics: Metrics = attrs.field(factory=Metrics)
    ready: threading.Event = attrs.field(factory=threading.Event)
    enrolling: threading.Lock = attrs.field(factory=threading.Lock)
    directing: threading.Lock = attrs.field(factory=threading.Lock)

    @classmethod
    def open(
        cls, settings: CloudSettings, plugins: Services, clock: Callable[[], float]
    ) -> Service:
        """Open keys and databases.

        A folder that has neither gets new ones. Databases whose key file is gone are
        not opened: new keys could read nothing of them.

        Raises:
            KeyUnavailable: the keys are missing, or others can read them.
            SettingsError: a database URL that this version does not open, another
                process serves this folder, or the database is not that of those who
                have keys.
        """
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as opened:
            opened.enter_context(hold_alone(settings.folder))
            store = Store(settings.database_url, Tables)
            opened.callback(store.close)
            opened.callback(store.hold())
            empty = _is_empty(store)
            keys = opened.enter_context(open_keys(settings, fresh=empty))
            person_keys = PersonKeys(settings.key_database_url, keys)
            opened.callback(person_keys.close)
            if empty:
                _check_nobody(person_keys)
            references = References(_gallery(settings, plugins, person_keys, store))
            return cls(
                settings=settings,
                plugins=plugins,
                clock=clock,
                keys=keys,
                person_keys=person_keys,
                store=store,
                references=references,
                candidates=Candidates(settings.candidates, settings.candidate_lists),
                roll=Roll(references),
                policies=Policies(settings.policies),
                assertions=Assertions(keys, settings.base_url),
                opened=opened.pop_all(),
            )

    @property
    def templates(self) -> TemplateKeys:
        """Under what references are protected."""
        return TemplateKeys(self.keys, self.settings.template_key)

    def close(self) -> None:
        """Close the databases, and let another process serve the folder."""
        self.opened.close()

    def remember(self, nonce: bytes, until: float) -> bool:
        """Keep a nonce; False when it is kept already."""
        try:
            with self.store.writing() as session:
                session.execute(delete(NonceRow).where(NonceRow.until < self.clock()))
                session.add(NonceRow(nonce=nonce, until=until))
        except IntegrityError:
            return False
        return True

    def tell(
        self, name: str, request_id: str, details: Mapping[str, str | int | float | bool]
    ) -> None:
        """Tell the observers of an event; no personal data."""
        self.metrics.happened(name)
        if self.plugins.observer is not None:
            self.plugins.observer(Event(name, self.clock(), request_id, details))


def _is_empty(store: Store) -> bool:
    """Whether there is nothing yet that keys protect."""
    with store.reading() as session:
        return session.scalar(select(Tenant.id).limit(1)) is None


def _check_nobody(keys: PersonKeys) -> None:
    """Keys of people whom the database does not know would be destroyed at the start."""
    if any(not stored.is_own_key(name) for name in keys.people()):
        raise SettingsError(
            "The database is empty, but people have keys: it is not theirs.",
            remedy="name their database under [cloud], or restore it; to begin anew for good, "
            "put the database of people's keys away first.",
        )


def _gallery(settings: CloudSettings, plugins: Services, keys: PersonKeys, store: Store) -> Gallery:
    gallery = plugins.matcher.gallery()
    if not settings.keep_gallery:
        return gallery
    folder = settings.folder / "gallery"
    return stored.gallery(gallery, folder, keys, store, settings.template_key)
