"""The tuned numbers: value, unit, and how each was found."""

from itertools import groupby

from generate.docstrings import cell, text_of
from thenar import parameters

HEAD = """# Parameters

Every tuned number of Thenar, with its unit and how it was found. They are constants of
`thenar.parameters`, not settings: changing one changes error rates or promises, so it is
measured first. Nothing was tuned on anything but two development sets and synthetic palms. The sets
are COEP, photographs of whole hands, and Tongji, palms cut out already; both are published by
universities for research.

"""


def page() -> str:
    """The page."""
    parts = []
    for group, numbers in groupby(parameters.describe(), key=lambda number: number[0]):
        title = group.removesuffix("Parameters")
        lines = [f"## {title}", "", text_of(getattr(parameters, group)), ""]
        lines += ["| name | value | unit | how it was found |", "|---|---|---|---|"]
        lines += [
            f"| `{name}` | {_number(value)} | {cell(unit)} | {cell(found)} |"
            for _, name, value, unit, found in numbers
        ]
        parts.append("\n".join(lines))
    return HEAD + "\n\n".join(parts) + "\n"


def _number(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(_number(one) for one in value) + ")"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}".replace("_", " ")
    return f"{value:g}" if isinstance(value, float) else cell(str(value))
