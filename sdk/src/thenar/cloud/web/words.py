"""The pages' words in other languages, from ``locale/*.po``.

English is written in the templates and in the code; a catalogue says it
otherwise. Catalogues are read as they are written, so none needs compiling.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "es")
_LOCALE = Path(__file__).parent / "locale"
_MOST_WISHES = 10


@functools.cache
def catalogue(language: str) -> NullTranslations:
    """The words of a language."""
    path = _LOCALE / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


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
