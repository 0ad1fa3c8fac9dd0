"""Translations, read from catalogues as they are written (gettext's ``*.po``, by Babel)."""

from __future__ import annotations

import functools
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations


@functools.cache
def catalogue(folder: Path, language: str) -> NullTranslations:
    """What ``LANGUAGE.po`` in a folder says; where there is none, everything as it is written."""
    path = folder / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
