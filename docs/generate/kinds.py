"""A how-to for each kind of plugin: what ``thenar new`` makes, piece by piece, and its checks."""

import inspect
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from generate.docstrings import text_of
from thenar.settings import KINDS
from thenar.template import Project
from thenar.testing import contracts
from thenar.testing.contracts._suite import needed

SUITES = {
    one.kind: one
    for one in vars(contracts).values()
    if inspect.isclass(one) and one.__name__.endswith("Contract") and one.kind
}
"""Kind → the suite of its contract."""


def names() -> dict[str, str]:
    """Kind → name of its page below ``how-to/plugins``."""
    return {kind: kind.replace("_", "-") for kind in KINDS}


def aspects() -> dict[str, dict[str, list[str] | str]]:
    """Kind → aspect → checks that look at it, or why there is nothing to look at."""
    return tomllib.loads((Path(__file__).with_name("aspects.toml")).read_text(encoding="utf-8"))


def _looked_at() -> Iterator[str]:
    table = aspects()
    yield "| aspect | " + " | ".join(name.replace("-", " ") for name in names().values()) + " |"
    yield "|---|" + "---|" * len(names())
    for aspect in next(iter(table.values())):
        cells = [table[kind][aspect] for kind in names()]
        marks = [str(len(one)) if isinstance(one, list) else "–" for one in cells]
        yield f"| {aspect} | {' | '.join(marks)} |"


def index() -> str:
    """The page that lists the others."""
    pages = "\n".join(names().values())
    looked_at = "\n".join(_looked_at())
    return (
        "# A plugin of each kind\n\n"
        "One page a kind: what `thenar new` makes of it, what to replace, and what its contract\n"
        "suite looks at. How plugins work at all is told in [](../write-a-plugin.md).\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{pages}\n```\n\n"
        "## What the suites look at\n\n"
        "How many checks of each suite show an aspect; each page names them, and says why where\n"
        "there is nothing to look at (–).\n\n"
        f"{looked_at}\n"
    )


def page(kind: str) -> str:
    """The page of one kind."""
    word = names()[kind]
    spoken = word.replace("-", " ")
    about = tomllib.loads(
        (files("thenar.template") / "kinds" / kind / "about.toml").read_text(encoding="utf-8")
    )
    made = Project(kind, f"acme-{word}")
    project = dict(made.files())
    sources = {
        path: text
        for path, text in project.items()
        if path.endswith(".py") and path.startswith("src/") and not path.endswith("__init__.py")
    }
    tests = next(text for path, text in project.items() if path.startswith("tests/"))
    return "\n".join(
        [
            f"# Write a {spoken} plugin"
            if spoken[0] not in "aeiou"
            else f"# Write an {spoken} plugin",
            f"\n```console\n$ thenar new {word} acme-{word}\n```\n",
            f"makes a distribution that works. {made.named(about['story'])}\n",
            f"The hook is [`{KINDS[kind].hook}`](../../reference/hooks.md), and its objects follow "
            f"{_protocol(kind)}; what the host does when one fails is told there.\n",
            "## What it makes\n",
            *(
                f"`{path}`:\n\n```{{code-block}} python\n{text}```\n"
                for path, text in sources.items()
            ),
            "In the settings of a site:\n",
            f"```{{code-block}} toml\n{made.named(about['settings']).strip()}\n```\n",
            "## What to replace\n",
            made.named(about["pieces"]).strip() + "\n",
            "## What must hold\n",
            f"Its tests inherit {{py:class}}`thenar.testing.contracts.{SUITES[kind].__name__}`:\n",
            f"```{{code-block}} python\n{tests}```\n",
            *_checks(kind),
        ]
    )


def _checks(kind: str) -> Iterator[str]:
    suite = SUITES[kind]
    yield "These checks run, each where its abilities are declared in `abilities`:\n"
    yield "| check | what must hold | needs |\n|---|---|---|"
    for name in [name for name in dir(suite) if name.startswith("test_")]:
        check = getattr(suite, name)
        abilities = ", ".join(f"`{one.name}`" for one in needed(check))
        words = name.removeprefix("test_").replace("_", " ")
        yield f"| {words} | {' '.join(text_of(check).split())} | {abilities} |"
    yield "\nBy aspect:\n"
    yield "| aspect | shown by |\n|---|---|"
    for aspect, shown_by in aspects()[kind].items():
        if isinstance(shown_by, list):
            shown_by = "; ".join(name.replace("_", " ") for name in shown_by)
        yield f"| {aspect} | {shown_by} |"


def _protocol(kind: str) -> str:
    from generate.hooks import protocol_of

    name = protocol_of(KINDS[kind].hook)
    return f"{{py:{'data' if name == 'Observer' else 'class'}}}`thenar.protocols.{name}`"
