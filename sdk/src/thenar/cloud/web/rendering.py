"""Pages: rendered here, in the visitor's language, without a script, in any browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from thenar.cloud.web import words
from thenar.records import Money

_HERE = Path(__file__).parent
LANGUAGE_COOKIE = "thenar_language"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
"""No page allows a script, a frame around it, or anything from elsewhere."""


@attrs.frozen
class Tongue:
    """How one language says times, amounts and sentences.

    Attributes:
        language: e.g. ``"en"``.
    """

    language: str

    def say(self, text: str, **told: object) -> str:
        """A text in this language, with its blanks filled in where any are given."""
        found = words.catalogue(self.language).gettext(text)
        return found.format_map(told) if told else found

    def day(self, time: float) -> str:
        """A day, e.g. ``"23 Nov 2026"``; time in seconds since the epoch, UTC."""
        return format_date(_moment(time), "d MMM y", self._locale)

    def moment(self, time: float) -> str:
        """A day and a time of it, UTC."""
        return format_datetime(_moment(time), "d MMM y, HH:mm", locale=self._locale) + " UTC"

    def money(self, minor: int, currency: str) -> str:
        """An amount, e.g. ``"€12.40"``."""
        amount = Money(minor, currency)
        digits = str(amount).partition(" ")[2]
        return format_currency(Decimal(digits), currency, locale=self._locale)

    def count(self, number: float) -> str:
        """A number with its separators."""
        return format_decimal(number, locale=self._locale)

    def share(self, part: float) -> str:
        """A share of 0..1 in percent, with one decimal."""
        return format_percent(part, "0.0 %", locale=self._locale)

    @property
    def _locale(self) -> Locale:
        return Locale("en", "GB") if self.language == "en" else Locale(self.language)


@attrs.frozen(eq=False)
class Pages:
    """The templates of one part of the service.

    Attributes:
        folder: where they lie; those of :mod:`thenar.cloud.web` are found besides.
        layout: the one that all of them extend, also those found besides.
        languages: what they are translated to.
    """

    folder: Path
    layout: str
    languages: tuple[str, ...] = words.LANGUAGES
    _environment: Environment = attrs.field(init=False)

    @_environment.default
    def _made(self) -> Environment:
        return Environment(
            loader=FileSystemLoader([self.folder, _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def tongue(self, request: Request) -> Tongue:
        """The language that the visitor chose, or else asks for."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        asked = request.headers.get("accept-language", "")
        return Tongue(words.chosen(chosen, asked, self.languages))

    def render(self, request: Request, name: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """One page."""
        tongue = self.tongue(request)
        text = self._environment.get_template(name).render(
            say=tongue.say,
            tongue=tongue,
            languages=words.named(self.languages),
            here=request.scope["path"],
            layout=self.layout,
            iso=_iso,
            **shown,
        )
        return HTMLResponse(text, status, headers={**HEADERS, "content-language": tongue.language})


def style(*files: Path) -> Callable[[], str]:
    """A style sheet of several files, the shared one first."""
    every = (_HERE / "static" / "thenar.css", *files)
    return lambda: "\n".join(file.read_text("utf-8") for file in every)


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def _iso(time: float) -> str:
    return _moment(time).isoformat(timespec="seconds")
