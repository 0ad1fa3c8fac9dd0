"""The terminal's words in the customer's language, from ``locale/*.po``.

English is written where it is said; a catalogue says it otherwise.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import attrs
from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations

from thenar.catalogues import catalogue
from thenar.device.words import Words
from thenar.records import Money

LOCALE = Path(__file__).with_name("locale")
LANGUAGES = ("en", *sorted(file.stem for file in LOCALE.glob("*.po")))


@attrs.frozen
class Tongue:
    """Says things in one language.

    Attributes:
        language: one of :data:`LANGUAGES`.
    """

    language: str = attrs.field(default="en", validator=attrs.validators.in_(LANGUAGES))

    def say(self, text: str) -> str:
        """A text in this language, or as it is where the catalogue does not know it."""
        if not isinstance(text, Words):
            return str(self._catalogue.gettext(text)) if text else ""
        filled = {name: self._blank(value) for name, value in text.blanks.items()}
        return str(self._catalogue.gettext(text.pattern)).format(**filled)

    def page(self) -> Mapping[str, str]:
        """Every text of the catalogue, for the page itself: English → this language."""
        return known(self.language)

    def _blank(self, value: object) -> object:
        if isinstance(value, Money):
            return _amount(value, self.language)
        if isinstance(value, int):
            return format_decimal(value, locale=self.language)
        return self.say(value) if isinstance(value, str) else value

    @property
    def _catalogue(self) -> NullTranslations:
        return catalogue(LOCALE, self.language)


def named() -> Mapping[str, str]:
    """Each language's name in itself."""
    return {one: (Locale(one).display_name or one).capitalize() for one in LANGUAGES}


@functools.cache
def known(language: str) -> Mapping[str, str]:
    """What a catalogue says: English → translation; empty for English."""
    path = LOCALE / f"{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


def _amount(money: Money, language: str) -> str:
    """As the language writes amounts of money; exact, from integer minor units."""
    _, _, number = str(money).partition(" ")
    return format_currency(Decimal(number), money.currency, locale=language)
