"""Google-style docstrings as MyST: the text, and what each attribute means."""

import inspect
import re
import textwrap

_SECTION = re.compile(r"^(Attributes|Args|Raises|Returns|Yields):\s*$", re.MULTILINE)
_ROLE = re.compile(r":(class|meth|mod|func|data|attr|exc):`(~?)([^`]+)`")


def as_myst(text: str) -> str:
    """Roles and literals of reStructuredText in MyST's spelling."""
    text = _ROLE.sub(r"{py:\1}`\2\3`", text)
    text = re.sub(r"(?<!`)``(?!`)(.+?)``", r"`\1`", text)
    return re.sub(r"::$", ":", text, flags=re.MULTILINE)


def text_of(thing: object) -> str:
    """The docstring before its first section."""
    return as_myst(_SECTION.split(inspect.getdoc(thing) or "")[0].strip())


def attributes_of(thing: object) -> dict[str, str]:
    """Name → meaning, of the section ``Attributes``."""
    parts = _SECTION.split(inspect.getdoc(thing) or "")
    if "Attributes" not in parts:
        return {}
    body = textwrap.dedent(parts[parts.index("Attributes") + 1].strip("\n"))
    entries = re.findall(r"^(\w+(?:, \w+)*): (.*(?:\n(?:[ \t]+.*|$))*)", body, re.MULTILINE)
    return {
        name: as_myst(" ".join(meaning.split()))
        for names, meaning in entries
        for name in names.split(", ")
    }


def cell(text: str) -> str:
    """Text that may stand in a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")
