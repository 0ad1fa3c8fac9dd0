"""Pages of the reference that are written from the code.

Each module here has ``page()``, which returns the MyST text of one page. They are
written when Sphinx starts, and are not in version control.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from generate import (
    architecture,
    commands,
    errors,
    hooks,
    http_api,
    kinds,
    parameters,
    settings,
    threat_model,
)

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/hooks.md": hooks.page,
    "reference/errors.md": errors.page,
    "reference/parameters.md": parameters.page,
    "reference/commands.md": commands.page,
    "reference/http-api.md": http_api.page,
    "reference/settings.md": settings.page,
    "explanation/architecture.md": architecture.page,
    "explanation/threat-model.md": threat_model.page,
    "how-to/plugins/index.md": kinds.index,
    **{
        f"how-to/plugins/{name}.md": partial(kinds.page, kind)
        for kind, name in kinds.names().items()
    },
}
"""Path below ``docs`` → what writes it."""


def write_pages(docs: Path) -> None:
    """Write the pages that changed."""
    for name, page in PAGES.items():
        file, text = docs / name, page()
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
