"""The table ``[card_reader.emv]``."""

from __future__ import annotations

import attrs


@attrs.frozen
class EmvSettings:
    """Settings of the card reader ``emv``.

    Attributes:
        reader: part of the reader's name as PC/SC knows it; empty: the first there is.
        prefer: brands in the order in which they are chosen on a card with several, e.g.
            ``["girocard", "visa"]``; the card's own order decides among the others.
        country: of the terminal, ISO 3166-1 numeric.
        currency: of the terminal, ISO 4217 numeric.
    """

    reader: str = ""
    prefer: tuple[str, ...] = ()
    country: str = attrs.field(default="276", validator=attrs.validators.matches_re("[0-9]{3}"))
    currency: str = attrs.field(default="978", validator=attrs.validators.matches_re("[0-9]{3}"))
