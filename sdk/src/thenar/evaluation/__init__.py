"""Evaluation: error rates on a manifest of images, as ISO/IEC 19795-1 defines them.

manifest = read_manifest(Path("palms.csv"))
found = evaluate(manifest, maker, matcher)
found.figures.eer
"""

from thenar.evaluation.document import as_document
from thenar.evaluation.evaluate import Evaluation, evaluate
from thenar.evaluation.figures import Figures
from thenar.evaluation.intervals import Interval
from thenar.evaluation.manifest import Entry, Kind, Manifest, Role, read_manifest

__all__ = [
    "Entry",
    "Evaluation",
    "Figures",
    "Interval",
    "Kind",
    "Manifest",
    "Role",
    "as_document",
    "evaluate",
    "read_manifest",
]
