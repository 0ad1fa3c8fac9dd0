"""Evaluation: error rates on a manifest of images, as ISO/IEC 19795-1 defines them.

manifest = read_manifest(Path("palms.csv"))
found = evaluate(manifest, maker, matcher)
found.figures.eer
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from thenar.errors import ThenarError
from thenar.evaluation.difference import Difference, differences
from thenar.evaluation.document import as_comparison, as_document
from thenar.evaluation.evaluate import Evaluation, evaluate
from thenar.evaluation.figures import Figures
from thenar.evaluation.intervals import Interval
from thenar.evaluation.manifest import Entry, Kind, Manifest, Role, read_manifest

__all__ = [
    "Difference",
    "Entry",
    "Evaluation",
    "Figures",
    "Interval",
    "Kind",
    "Manifest",
    "Role",
    "as_comparison",
    "as_document",
    "differences",
    "evaluate",
    "read_manifest",
    "require_report",
    "write_report",
]


def require_report() -> None:
    """Say at once, not after an hour, that the report cannot be drawn.

    Raises:
        ThenarError: the extra ``evaluation`` is not installed.
    """
    missing = [name for name in ("jinja2", "matplotlib") if find_spec(name) is None]
    if missing:
        raise ThenarError(
            f"A report needs {' and '.join(missing)}.",
            remedy="install thenar[evaluation].",
        )


def write_report(evaluations: Sequence[Evaluation], folder: Path) -> Path:
    """Write the report of one evaluation, or of two side by side: ``index.html``.

    Raises:
        ThenarError: the extra ``evaluation`` is not installed.
    """
    require_report()
    from thenar.evaluation.report import page

    return page.write_report(evaluations, folder)
