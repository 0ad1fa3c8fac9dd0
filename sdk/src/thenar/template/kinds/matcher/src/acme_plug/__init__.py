"""Acme Plug: a matcher, and the maker of what it compares."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Matcher, SignatureMaker
from thenar.records import Provider

from acme_plug.matcher import AcmePlugMatcher, AcmePlugSettings
from acme_plug.signature import AcmePlugMaker, AcmePlugMakerSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_matchers() -> Sequence[Provider[Matcher]]:
    """The matchers of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugMatcher,
            settings=AcmePlugSettings,
            summary="compares dark and light cells, one by one",
        )
    ]


@thenar.hookimpl
def thenar_signatures() -> Sequence[Provider[SignatureMaker]]:
    """The makers of what it compares."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugMaker,
            settings=AcmePlugMakerSettings,
            summary="a bit for each of 32 × 32 cells",
        )
    ]
