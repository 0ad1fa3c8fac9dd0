"""The errors: code, meaning, remedy and HTTP status of each."""

import tomllib
from pathlib import Path

from generate.docstrings import cell, text_of
from thenar import errors
from thenar.cloud.problems import status_of

UNPLANNED = 500
"""The status of what the service is not expected to raise."""

REMEDIES = Path(__file__).with_name("remedies.toml")

HEAD = """# Errors

Every error of Thenar is a {py:class}`~thenar.errors.ThenarError` with a `code`, which never
changes once released. A message says what was expected and what came; `remedy` says what to do;
`request_id` finds the request in the logs of terminal and service. The secure service answers
with the same codes, as problem documents (RFC 9457); the column *HTTP* is their status,
– where only terminals and libraries meet the error.

No message holds a card number, a secret, an image or a template.

"""

TREE = """
## Classes

```{eval-rst}
.. automodule:: thenar.errors
   :members:
```
"""


def every() -> list[type[errors.ThenarError]]:
    """Every class of error, in the order of the module."""
    found = [one for one in vars(errors).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, errors.ThenarError)]


def remedies() -> dict[str, str]:
    """Code → what to do."""
    return dict(tomllib.loads(REMEDIES.read_text(encoding="utf-8")))


def page() -> str:
    """The page."""
    remedy = remedies()
    lines = ["| code | HTTP | what happened | what to do |", "|---|---|---|---|"]
    for one in every():
        status = status_of(one.__new__(one))
        answered = "–" if status == UNPLANNED else status
        meaning = cell(text_of(one))
        lines.append(
            f"| {{py:class}}`{one.code} <thenar.errors.{one.__name__}>` "
            f"| {answered} | {meaning} | {cell(remedy[one.code])} |"
        )
    return HEAD + "\n".join(lines) + "\n" + TREE
