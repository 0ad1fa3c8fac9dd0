"""The customer chooses at the screen: a tip, a card. Without a touch it is the default."""

from __future__ import annotations

from collections.abc import Sequence

from thenar.device.display import Choice, Shown, Stage
from thenar.device.terminal import Terminal
from thenar.device.words import Words
from thenar.messages import LinkView
from thenar.parameters import DEVICE
from thenar.records import LinkKind, Money

_NO_TIP = "0"


def choose(
    terminal: Terminal, title: str, choices: Sequence[Choice], *, seconds: float | None = None
) -> str:
    """Let the customer choose one; the first is the default.

    Args:
        terminal: whose screen it is.
        title: what is to be chosen.
        choices: at least one.
        seconds: without a touch, after which the default is taken; None:
            ``DEVICE.choice_wait``. The customer may ask for more.

    Returns:
        Name of what was chosen.

    Raises:
        InteractionCancelled: the customer or the clerk stopped it.
    """
    wait = DEVICE.choice_wait if seconds is None else seconds
    usual = choices[0]
    question = terminal.answers.ask([choice.name for choice in choices])

    def ask() -> None:
        terminal.display.show(
            Shown(
                Stage.CHOICE,
                title,
                Words("Without a choice: {usual}", usual=usual.label),
                question=question,
                choices=tuple(choices),
                seconds=wait,
            )
        )

    ask()
    answer = terminal.answers.wait(wait, lambda: terminal.is_cancelled, ask)
    terminal.stop_if_cancelled()
    return usual.name if answer is None else answer


def tip_for(terminal: Terminal, price: Money, percents: Sequence[int]) -> int:
    """Ask for a tip; without a touch there is none.

    Args:
        terminal: whose screen it is.
        price: what it is on top of.
        percents: of the price that are offered, each rounded to a minor unit.

    Returns:
        Minor units.

    Raises:
        InteractionCancelled: stopped.
    """
    tips = [(price.minor * percent + 50) // 100 for percent in percents]
    offered = [
        Choice(
            str(tip),
            Words("{percent} %", percent=percent),
            Words("{amount}", amount=Money(tip, price.currency)),
        )
        for percent, tip in zip(percents, tips, strict=True)
    ]
    title = Words("Add a tip to {amount}?", amount=price)
    return int(choose(terminal, title, [Choice(_NO_TIP, Words("No tip")), *offered]))


def card_of(terminal: Terminal, title: str, links: Sequence[LinkView]) -> str | None:
    """Ask which of several cards pays; without a touch the customer's default.

    Args:
        terminal: whose screen it is.
        title: what is paid.
        links: what the recognition has named.

    Returns:
        The link; None where there is nothing to choose.

    Raises:
        InteractionCancelled: stopped.
    """
    cards = [link for link in links if link.kind is LinkKind.PAYMENT]
    if len(cards) < 2:
        return None
    cards.sort(key=lambda link: not link.preferred)
    offered = [Choice(link.link, link.label or link.provider, _until(link)) for link in cards]
    return choose(terminal, Words("Which card? {what}", what=title), offered)


def _until(link: LinkView) -> str:
    year, _, month = link.expiry.partition("-")
    return Words("until {month}", month=f"{month}/{year[2:]}") if month else ""
