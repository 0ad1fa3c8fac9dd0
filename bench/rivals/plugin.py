"""The rivals as a plugin, registered in process and never installed."""

from __future__ import annotations

from bench.rivals.bocv import BOCV
from bench.rivals.code import CodeMaker, CodeMatcher
from bench.rivals.compcode import CompCode
from bench.rivals.edcc import EDCC
from bench.rivals.ordinal import OrdinalCode

from thenar.hookspecs import hookimpl
from thenar.protocols import Matcher, SignatureMaker
from thenar.records import Provider

THENAR_API = 1

RIVALS = (CompCode, OrdinalCode, BOCV, EDCC)


@hookimpl
def thenar_signatures() -> list[Provider[SignatureMaker]]:
    return [
        Provider(rival.name, make=lambda _, rival=rival: CodeMaker(rival()), summary="a rival")
        for rival in RIVALS
    ]


@hookimpl
def thenar_matchers() -> list[Provider[Matcher]]:
    return [
        Provider(rival.name, make=lambda _, rival=rival: CodeMatcher(rival()), summary="a rival")
        for rival in RIVALS
    ]
