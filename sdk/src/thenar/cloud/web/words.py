"""The pages' words in other languages, from ``locale/*.po``.

English is written in the templates and in the code; a catalogue says it otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.support import NullTranslations

from thenar import catalogues

LANGUAGES = ("en", "es")
_LOCALE = Path(__file__).parent / "locale"
_MOST_WISHES = 10


def catalogue(language: str) -> NullTranslations:
    """The words of a language."""
    return catalogues.catalogue(_LOCALE, language)


def chosen(wanted: str, accepted: str, languages: tuple[str, ...] = LANGUAGES) -> str:
    """The language to answer in.

    Args:
        wanted: what the visitor chose on an earlier page; may be empty.
        accepted: the header Accept-Language.
        languages: what there is, the first where nothing fits.
    """
    if wanted in languages:
        return wanted
    wishes = [part.partition(";")[0].strip() for part in accepted.split(",")[:_MOST_WISHES]]
    found = negotiate_locale([wish for wish in wishes if wish], languages, sep="-")
    return found or languages[0]


def named(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Each language's name in itself."""
    return {one: (Locale(one).display_name or one).capitalize() for one in languages}
