"""What a plugin hands over: the objects that the hot path calls.

Each hook of :mod:`thenar.hookspecs` returns providers whose ``make`` gives one
of these. The host calls them inside its own deadline, timing and error guard,
so an implementation raises an error of :mod:`thenar.errors` and keeps no
retries of its own beyond what its method says.

Methods marked *moves money* or *opens a door* are called at most once per
idempotency key or request id by a host that got an answer, and may be repeated
with the same key by a host that did not: the same key must not act twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from thenar.records import (
    AttackCheck,
    CameraHealth,
    Candidate,
    Card,
    Decision,
    DirectoryEntry,
    Event,
    FrameSet,
    Link,
    LoyaltyAccount,
    Message,
    Money,
    OfflinePolicy,
    PalmCrop,
    Passage,
    PaymentToken,
    Probe,
    Receipt,
    Signature,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyroaring import BitMap


class FrameSource(Protocol):
    """An open camera."""

    def read(self, timeout: float) -> FrameSet:
        """The latest frames not yet read; older ones are dropped.

        The reader overwrites the pixels when it is done with them, so each read gives
        arrays of its own; a source that gives read-only ones overwrites them itself.

        Args:
            timeout: seconds to wait, > 0.

        Raises:
            CameraTimeout: no new frame came in time; reading again is allowed.
            CameraUnavailable: the camera is gone, or a recording has ended.
        """

    def close(self) -> None:
        """Release the camera; closing twice is allowed."""


class WatchedFrameSource(FrameSource, Protocol):
    """An open camera that can say how it is doing; a source need not."""

    def health(self) -> CameraHealth:
        """How it is doing; never blocks, and may be asked after :meth:`close`."""


class Camera(Protocol):
    """A camera that can be opened."""

    def open(self) -> FrameSource:
        """Start taking frames.

        Raises:
            CameraUnavailable: no such camera, in use, or no permission.
        """


class SignatureMaker(Protocol):
    """Turns palm crops into signatures."""

    @property
    def algorithm(self) -> str:
        """Name that its signatures carry."""

    @property
    def version(self) -> int:
        """Version that its signatures carry, from 1."""

    def make(self, crops: Sequence[PalmCrop]) -> Signature:
        """One signature of one palm.

        Args:
            crops: one or more captures of the same palm; several make one
                signature whose mask keeps what they agree on.

        Raises:
            SignatureError: no crop has enough trusted skin.
        """

    def probe(self, crops: Sequence[PalmCrop]) -> Probe:
        """One palm prepared for comparison; nothing of it is to be stored.

        Args:
            crops: one or more captures of the same palm; a comparison takes
                whichever fits best.

        Raises:
            SignatureError: no crop has enough trusted skin.
        """


class Gallery(Protocol):
    """References that can be searched; safe to use from several threads."""

    def __len__(self) -> int:
        """How many references it holds."""

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references under numbers of the caller's, 0..2³²−1.

        The next search sees them.

        Raises:
            SignatureVersion: made by another algorithm or version.
        """

    def remove(self, references: Iterable[int]) -> None:
        """Remove references and overwrite their bits; unknown numbers are ignored."""

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first.

        Where probe and reference both say which hand they are, a gallery may leave out
        references of the other: no palm of it is a mate.

        Args:
            probe: what was presented.
            among: reference numbers that may be found; None means all.
            limit: at most so many.
        """

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared in full, of whichever hand.

        Returns:
            Reference numbers, ascending, and their false-match rates, 0..1.
        """


class Matcher(Protocol):
    """Compares signatures of one algorithm."""

    def compare(self, probe: Probe, reference: Signature) -> float:
        """The false-match rate, 0..1, at which the two would just be called mates.

        Raises:
            SignatureVersion: made by different algorithms or versions.
        """

    def gallery(self) -> Gallery:
        """A new, empty gallery."""


class LivenessCheck(Protocol):
    """Tells a living palm from an artefact (ISO/IEC 30107-3)."""

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation.

        Args:
            frames: in the order taken, at least one.
            crops: cut from them, at least one.
        """


class CardReader(Protocol):
    """A reader for payment cards."""

    def read(self, timeout: float) -> Card:
        """Wait for a card and read it.

        Raises:
            PaymentError: no card in time, or one that cannot be read.
        """

    def close(self) -> None:
        """Release the reader; closing twice is allowed."""


class PaymentProcessor(Protocol):
    """Moves money."""

    def tokenise(self, card: Card, *, idempotency_key: str) -> PaymentToken:
        """Exchange the card for a token. The caller wipes the card afterwards.

        Raises:
            PaymentDeclined: the card cannot be used.
        """

    def charge(
        self, token: PaymentToken, amount: Money, *, idempotency_key: str, capture: bool
    ) -> Receipt:
        """Authorise an amount, and capture it where ``capture`` is set. *Moves money.*

        Raises:
            PaymentDeclined: no money moved.
            PaymentUnknown: no answer; call :meth:`settle` with the same key.
        """

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Capture up to what was authorised. *Moves money.* Raises as :meth:`charge`."""

    def cancel(self, payment: str, *, idempotency_key: str) -> Receipt:
        """Give up an authorisation that was not captured. Raises as :meth:`charge`."""

    def refund(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Give back up to what was captured. *Moves money.* Raises as :meth:`charge`."""

    def settle(self, idempotency_key: str) -> Receipt | None:
        """What became of the request with this key; None: it never arrived.

        Raises:
            PaymentUnknown: still no answer.
        """


@runtime_checkable
class Detokeniser(Protocol):
    """What a :class:`PaymentProcessor` may offer besides: forgetting a token again."""

    def detokenise(self, token: PaymentToken, *, idempotency_key: str) -> None:
        """Forget a token that nothing refers to: an enrolment was given up.

        A token that is not known, or was forgotten already, is no error.

        Raises:
            PaymentError: it could not be forgotten.
        """


class LoyaltyProgram(Protocol):
    """A loyalty programme."""

    def look_up(self, member: str) -> LoyaltyAccount:
        """The member's standing. Raises LoyaltyError: unknown member or no answer."""

    def accrue(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Add points, once per key. Raises LoyaltyError."""

    def redeem(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Take points, once per key. Raises LoyaltyError: too few, unknown, no answer."""


class Door(Protocol):
    """A stadium gate or a badge door."""

    @property
    def offline(self) -> OfflinePolicy:
        """What it does when nobody can be asked."""

    def ask(self, passage: Passage) -> Decision:
        """May this person pass now? Redeems a ticket where there is one, once per request id.

        Raises:
            DoorError: nobody could be asked; the host applies :attr:`offline`.
        """

    def open(self, decision: Decision) -> None:
        """Let one person through. *Opens a door.* Called only with ``allow``.

        Raises:
            DoorError: it did not open; the host records that nobody passed.
        """

    def close(self) -> None:
        """Release the hardware; closing twice is allowed."""


class TellingDoor(Door, Protocol):
    """A :class:`Door` that says besides when nobody went through."""

    def listen(self, tell: Callable[[str, str], None]) -> None:
        """Have somebody told of each release that was not used.

        Args:
            tell: called from any thread with the request id of the decision and why, in the
                door's own words, once it is certain that nobody passed; never where
                somebody may have passed unseen.
        """


class TicketDoor(Door, Protocol):
    """A :class:`Door` at which a ticket can be linked to a palm besides."""

    def find_ticket(self, ticket: str) -> str:
        """What the ticket may be called before its holder, e.g. its order. Changes nothing.

        Args:
            ticket: what its barcode says, or what was typed.

        Raises:
            UnknownObject: there is no such ticket at this door.
            DoorError: nobody could be asked.
        """

    def link_ticket(self, ticket: str, subject: str) -> Link:
        """Make what is tied to the palm; worth nothing until it is.

        Args:
            ticket: as for :meth:`find_ticket`.
            subject: the person's identifier for this tenant.

        Raises:
            UnknownObject, DoorError: as :meth:`find_ticket`.
        """

    def unlink_ticket(self, link: Link) -> None:
        """Make a link worthless; one that is not known is left alone. Raises DoorError."""


class Directory(Protocol):
    """Who may be enrolled."""

    def entries(self) -> Iterable[DirectoryEntry]:
        """Everybody, active or not. Raises DirectoryError."""

    def look_up(self, external_id: str) -> DirectoryEntry | None:
        """One person, or None. Raises DirectoryError."""


class Notifier(Protocol):
    """Hands messages to people."""

    def send(self, message: Message) -> None:
        """Hand over one message. Raises NotifierError."""


Observer = Callable[[Event], None]
"""Called with every event; what it raises is logged and changes nothing."""
