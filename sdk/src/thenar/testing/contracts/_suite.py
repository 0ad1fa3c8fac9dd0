"""What every contract suite has: abilities, and the tools that checks are written with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Any, ClassVar, NoReturn, ParamSpec, TypeVar

import pytest

from thenar.errors import ThenarError
from thenar.parameters import HOST
from thenar.registry.contracts import CONTRACTS, missing
from thenar.registry.workers import Overdue, call_within

P = ParamSpec("P")
T = TypeVar("T")


class Ability(StrEnum):
    """What a plugin can do beyond its protocol's core, or its test can do to the plugin's peer.

    A suite runs the checks that need an ability where the test class declares it,
    and says how many others there are where it does not.
    """

    UNREACHABLE = "unreachable"
    """Fixture ``unreachable``: a context in which the peer cannot be reached."""
    LOST_REPLY = "lost reply"
    """Fixture ``lost_reply``: a context in which requests are carried out and replies are lost."""
    SILENT = "silent"
    """Fixture ``silent``: a context in which the peer takes requests and never answers."""
    RESTART = "restart"
    """Fixture ``restarted``: a function that makes the object anew, on the same books."""
    STALLS = "stalls"
    """Cameras. Fixture ``stalled``: a context in which no frame comes."""
    UNPLUGS = "unplugs"
    """Cameras. Fixture ``unplugged``: a context in which the camera is gone."""
    ENDS = "ends"
    """Cameras. What ``camera`` shows is a recording that ends."""
    ATTACKS = "attacks"
    """Liveness. Fixture ``attack``: a presentation that the check must refuse."""
    UNREADABLE = "unreadable"
    """Card readers. Fixture ``insert_unreadable``: puts in what is no card."""
    DECLINES = "declines"
    """Payments. Fixture ``declined_card``: a card that is tokenised, and declined when charged."""
    KEYED_TOKENS = "keyed tokens"
    """Payments. The same key tokenises a card once."""
    DETOKENISES = "detokenises"
    """Payments. It is a :class:`~thenar.protocols.Detokeniser`: tokens can be given back."""
    STRICT = "strict"
    """Payments. Tokens that it never gave, and keys used for another amount, are refused; a
    peer of a test that approves everything cannot show that."""
    AUTHORISES = "authorises"
    """Payments. Authorising and capturing are two steps."""
    REFUNDS = "refunds"
    """Payments. Money can be given back, in parts."""
    REDEEMS = "redeems"
    """Doors. What ``admitted`` gives is a ticket that lets one person pass once."""
    OPENINGS = "openings"
    """Doors. Fixture ``openings``: a function that counts how often the door opened."""
    INACTIVE = "inactive"
    """Directories. Fixture ``inactive``: identifier of somebody who left."""
    DELIVERED = "delivered"
    """Notifiers. Fixture ``delivered``: a function from an address to the messages it got."""
    SEEN = "seen"
    """Observers. Fixture ``seen``: a function that counts the events that were observed."""


def needs(*abilities: Ability) -> pytest.MarkDecorator:
    """Marks a check that is run where all of these are declared."""
    return pytest.mark.thenar_needs(*abilities)


def needed(check: object) -> tuple[Ability, ...]:
    """The abilities that a check needs."""
    marks = getattr(check, "pytestmark", ())
    return tuple(one for mark in marks if mark.name == "thenar_needs" for one in mark.args)


class Contract:
    """Base of the suites. A test class inherits one and gives its fixtures.

    Attributes:
        kind: of provider, as the settings call it.
        abilities: what the test class declares, see :class:`Ability`.
        deadline: seconds that a call may take; 0 takes the host's own deadline.
    """

    thenar_contract: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    abilities: ClassVar[Collection[Ability]] = ()
    deadline: ClassVar[float] = 0.0

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__name__.endswith("Contract"):
            cls.thenar_contract = cls.__name__
        checks = [getattr(cls, name) for name in dir(cls) if name.startswith("test_")]
        known = {ability for check in checks for ability in needed(check)}
        for ability in cls.abilities:
            if ability not in known:
                raise TypeError(
                    f"{cls.__name__}.abilities: {cls.thenar_contract} has no check that needs "
                    f"{ability!r}; it knows {', '.join(sorted(known)) or 'none'}."
                )

    @property
    def seconds(self) -> float:
        """How long a call may take."""
        return self.deadline or CONTRACTS[self.kind].seconds or HOST.load_seconds

    def lacks(self, fixture: str) -> NoReturn:
        """Say that the test class does not give a fixture."""
        pytest.fail(f"{type(self).__name__} must give a fixture {fixture!r}.", pytrace=False)

    def keeps_protocol(self, thing: object) -> None:
        """Fail where the thing lacks what its protocol promises."""
        protocol = CONTRACTS[self.kind].protocol
        lacking = missing(protocol, thing)
        assert not lacking, f"{type(thing).__name__} lacks {', '.join(lacking)}"

    def closes_twice(self, thing: object) -> None:
        """Close a thing twice within the deadline; the host closes whatever has a ``close``."""
        if hasattr(thing, "close"):
            for _ in range(2):
                within(self.seconds, thing.close)

    @pytest.fixture
    def set_clock(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
        """Set the machine's clock forward or back by so many seconds."""
        true_time = time.time

        def shift(seconds: float) -> None:
            monkeypatch.setattr(time, "time", lambda: true_time() + seconds)
            monkeypatch.setattr(time, "time_ns", lambda: int((true_time() + seconds) * 1e9))

        return shift


class PeerContract(Contract):
    """Base of the suites of plugins that talk to a peer: a service, a controller, a server."""

    @pytest.fixture
    def unreachable(self) -> AbstractContextManager[object]:
        """A context in which the peer cannot be reached; needs :attr:`Ability.UNREACHABLE`."""
        self.lacks("unreachable")

    @pytest.fixture
    def lost_reply(self) -> AbstractContextManager[object]:
        """A context in which replies are lost; needs :attr:`Ability.LOST_REPLY`."""
        self.lacks("lost_reply")

    @pytest.fixture
    def silent(self) -> AbstractContextManager[object]:
        """A context in which the peer never answers; needs :attr:`Ability.SILENT`."""
        self.lacks("silent")

    @pytest.fixture
    def restarted(self) -> Callable[[], Any]:
        """Makes the object anew on the same books; needs :attr:`Ability.RESTART`."""
        self.lacks("restarted")


def within(seconds: float, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a call returns or raises; fails where it does neither in time."""
    try:
        return call_within(seconds, call, *args, **kwargs)
    except Overdue:
        pytest.fail(f"No answer within {seconds:g} s.", pytrace=False)


def attempt(
    allowed: type[ThenarError] | tuple[type[ThenarError], ...],
    call: Callable[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T | None:
    """What a call returns, or None where it raised one of these; nothing else may be raised."""
    try:
        return call(*args, **kwargs)
    except allowed:
        return None
    except Exception as error:
        several = allowed if isinstance(allowed, tuple) else (allowed,)
        names = " or ".join(one.__name__ for one in several)
        raise AssertionError(
            f"expected an answer or {names}, got {type(error).__name__}: {error}"
        ) from error


def together(calls: Sequence[Callable[[], T]], within_seconds: float) -> list[T | Exception]:
    """Make calls at the same moment, each on its own thread; what each returned or raised."""
    gate = threading.Barrier(len(calls))
    answers: list[T | Exception | None] = [None] * len(calls)

    def make(number: int) -> None:
        gate.wait()
        try:
            answers[number] = calls[number]()
        except Exception as error:  # noqa: BLE001 - it is the caller's to judge
            answers[number] = error

    threads = [threading.Thread(target=make, args=(n,), daemon=True) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    until = time.monotonic() + within_seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    assert not any(thread.is_alive() for thread in threads), f"no answer in {within_seconds:g} s"
    return [answer for answer in answers if answer is not None]


def told(error: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    """All that an error, what caused it and the log say."""
    chain: Iterator[BaseException] = _chain(error)
    said = [part for one in chain for part in (str(one), repr(one), *map(repr, one.args))]
    return "\n".join([*said, caplog.text])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


AT_ONCE = 5.0
"""Seconds within which an answer that waits for nothing is there, on a busy machine too."""

HOSTILE = (
    "Zoë Müller",
    "松本 🎟",
    "شهاب",
    "e\u0301 \u200b\u202e",
    "' OR '1'='1",
    '"; DROP TABLE people; --',
    "%s%n%x {0} ${jndi:ldap://localhost}",
    "../../etc/passwd",
    "nul\x00nul",
    "first\r\nX-Injected: second",
    "<script>alert(1)</script>",
    "*",
    " ",
    "0",
    "A" * 10_000,
)
"""Texts that a careless plugin stumbles over: none of them names anything that exists."""
