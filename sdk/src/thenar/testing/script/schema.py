"""What a script of the simulated world may say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

import attrs

from thenar.errors import SettingsError
from thenar.records import Hand, Money
from thenar.settings.document import Document
from thenar.settings.structure import structure
from thenar.testing.simulated import Fault
from thenar.testing.world import Person, Result, Shows

VERBS = ("enrol", "pay", "loyalty", "enter", "badge", "forget", "revoke", "wait", "clock")
"""What a step can do; each step does one."""

_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


@attrs.frozen
class Step:
    """One thing that happens. Exactly one of the first nine is given.

    Attributes:
        enrol: who enrols, with everything that they carry.
        pay: who pays; with ``amount``.
        loyalty: who shows their membership; with ``points`` to earn, or to spend where
            negative.
        enter: who goes to the gate.
        badge: who goes to the office door.
        forget: who deletes their palm.
        revoke: whose badge is revoked at the office.
        wait: how long nothing happens, e.g. ``"3 h"``; units are s, min, h and d.
        clock: by how much the machines' clocks are set, e.g. ``"-2 h"`` or ``"90 s"``.
        amount: e.g. ``"EUR 12.40"``.
        points: to earn or to spend.
        hand: which palm is shown.
        shows: what is shown: the palm, a print or a screen of it, or nothing.
        faults: place → fault, as long as the step takes, e.g.
            ``{"processor.charge" = "lost reply"}``.
        expect: how it must end; not looked at where not given.
        says: words that must be in what came back.
    """

    enrol: str = ""
    pay: str = ""
    loyalty: str = ""
    enter: str = ""
    badge: str = ""
    forget: str = ""
    revoke: str = ""
    wait: str = ""
    clock: str = ""
    amount: str = "EUR 1.00"
    points: int = 0
    hand: Hand = Hand.RIGHT
    shows: Shows = Shows.PALM
    faults: Mapping[str, Fault] = attrs.field(factory=dict)
    expect: Result | None = None
    says: str = ""

    @property
    def verb(self) -> str:
        """What it does. Raises SettingsError: not exactly one thing."""
        given = [verb for verb in VERBS if getattr(self, verb)]
        if len(given) != 1:
            raise SettingsError(
                f"A step does one of {', '.join(VERBS)}; this one does "
                f"{' and '.join(given) or 'nothing'}.",
                remedy="write a table [[step]] for each.",
            )
        return given[0]

    @property
    def who(self) -> str:
        """Whom it is about."""
        return str(getattr(self, self.verb))

    @property
    def money(self) -> Money:
        """The amount. Raises SettingsError: not as ``"EUR 12.40"``."""
        found = re.fullmatch(r"([A-Z]{3}) (\d+)(?:\.(\d+))?", self.amount)
        digits = found and str(Money(0, found[1])).partition(".")[2]
        if found is None or digits is None or len(found[3] or "") != len(digits):
            raise SettingsError(f"Expected an amount such as 'EUR 12.40', got {self.amount!r}.")
        return Money(int(found[2] + (found[3] or "")), found[1])

    @property
    def seconds(self) -> float:
        """How long is waited, or how far clocks are set. Raises SettingsError: not as ``"3 h"``."""
        told = self.wait or self.clock
        found = _SPAN.fullmatch(told.removeprefix("-") if self.clock else told)
        if found is None:
            raise SettingsError(f"Expected a time such as '90 s' or '3 h', got {told!r}.")
        return float(found[1]) * _SECONDS[found[2]] * (-1 if told.startswith("-") else 1)


@attrs.frozen
class Script:
    """A script.

    Attributes:
        title: what it is about.
        people: name → who; whoever is not named here is a stranger.
        step: what happens, in order.
        captured: all the money that must have moved at the end, e.g. ``"EUR 16.90"``.
        seed: of the people's palms.
    """

    title: str = "A script"
    people: Mapping[str, Person] = attrs.field(factory=dict)
    step: tuple[Step, ...] = ()
    captured: str = ""
    seed: int = 1


def read_script(file: Path) -> Script:
    """Read a script.

    Raises:
        SettingsError: names what is wrong, with its line.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file}: expected a script in UTF-8; {type(error).__name__}."
        ) from None
    document = Document.parse(text, str(file))
    script = structure(document, (), Script)
    for number, step in enumerate(script.step):
        try:
            _ = (step.verb, step.money, step.seconds if step.wait or step.clock else math.inf)
        except SettingsError as error:
            where = document.where(("step", number))
            raise SettingsError(f"{where}: {error.message}", remedy=error.remedy) from None
    return script
