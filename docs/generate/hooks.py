"""The hooks: signature, kind, way and protocol of each."""

import inspect
import re

from generate.docstrings import text_of
from thenar import hookspecs
from thenar.registry.contracts import CONTRACTS
from thenar.settings import KINDS

HEAD = f"""# Hooks

A plugin implements one or more of these with {{py:data}}`thenar.hookimpl`. pluggy calls each
once, at start-up, without arguments; it returns a list of {{py:class}}`thenar.records.Provider`.
What a provider makes is called ever after as a plain object, which follows one of the
[protocols](protocols.md).

API version **{hookspecs.API_VERSION}**; plugins written for version
{hookspecs.OLDEST_API_VERSION} and later are loaded. How failures are treated is told in
[](plugins-and-settings.md); a plugin from nothing is made in [](../how-to/write-a-plugin.md).

```{{eval-rst}}
.. py:data:: thenar.hookimpl

   Marks a function as the implementation of a hook.

.. py:data:: thenar.hookspecs.API_VERSION

   The API version that this release offers.

.. py:data:: thenar.hookspecs.OLDEST_API_VERSION

   The oldest API version whose plugins still load.
```

| hook | kind in the settings | gives | way |
|---|---|---|---|
"""


def names() -> list[str]:
    """Every hook."""
    return [name for name in vars(hookspecs) if name.startswith("thenar_")]


def protocol_of(hook: str) -> str:
    """Name of the protocol that a hook's providers make."""
    returned = inspect.signature(getattr(hookspecs, hook)).return_annotation
    found = re.fullmatch(r"Sequence\[Provider\[(\w+)\]\]", returned)
    if found is None:
        raise ValueError(f"{hook}: expected a list of providers, got {returned}")
    return found[1]


def page() -> str:
    """The page."""
    kinds = {kind.hook: kind for kind in KINDS.values()}
    rows, parts = [], []
    for hook in names():
        kind, protocol = kinds[hook], protocol_of(hook)
        role = "data" if protocol == "Observer" else "class"
        reference = f"{{py:{role}}}`~thenar.protocols.{protocol}`"
        rows.append(f"| [`{hook}`](#{hook}) | `{kind.word}` | {reference} | {kind.way.value} |")
        deadline = CONTRACTS[kind.word].seconds
        waits = (
            f"A call may take {deadline:g} s, then it counts as failed."
            if deadline
            else "Observers are called on a thread of their own."
            if hook == "thenar_observers"
            else "It only computes: no deadline, called on the caller's thread."
        )
        parts.append(
            f"({hook})=\n## `{hook}`\n\n"
            f"```python\n@thenar.hookimpl\n"
            f"def {hook}() -> Sequence[Provider[{protocol}]]: ...\n```\n\n"
            f"{text_of(getattr(hookspecs, hook))}\n\n"
            f"Gives {reference}; the settings say `{kind.word}`. {waits}\n"
        )
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(parts)
