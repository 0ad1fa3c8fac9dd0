"""One straight bench of a matcher: draw people, enrol, search, judge, compare with FAISS."""

from __future__ import annotations

import tempfile
from pathlib import Path

import attrs

from thenar.benchmark import enrolling, kernels, rival
from thenar.benchmark.exhaustive import Recall, recall
from thenar.benchmark.queries import visitors
from thenar.benchmark.searching import Searched, search_all
from thenar.evaluation.progress import Progress
from thenar.matching import NumpyGallery
from thenar.parameters import BENCH
from thenar.protocols import Matcher

_KERNEL_REFERENCES = 1 << 17, 1 << 20
_STATM, _PAGE = Path("/proc/self/statm"), 4096


@attrs.frozen
class Options:
    """What to measure.

    Attributes:
        palms: references in the gallery, at least as many as queries.
        queries: how many people come, 2 or more; a share of them are strangers.
        seed: of the population.
        comparisons: full comparisons to spend on the exhaustive search.
        faiss: compare with FAISS.
    """

    palms: int
    queries: int
    seed: int = 0
    comparisons: int = BENCH.full_comparisons
    faiss: bool = False


@attrs.frozen(eq=False)
class Measured:
    """What a bench found.

    Attributes:
        options: what was asked for.
        searched: answers and times.
        recall: against the exhaustive search.
        bytes_per_palm: bits and masks of every aspect, a number, and whether it is
            alive; None where the gallery does not tell. The palms of a bench have one
            aspect, with its lines and its texture.
        resident_bytes_per_palm: by how much this process grew while it enrolled; says
            something for many palms only. None where the system does not tell.
        filled: times of enrolling.
        scanned: the exhaustive FAISS scan; None without FAISS.
        kernels: see :func:`thenar.benchmark.kernels.measure`.
    """

    options: Options
    searched: Searched
    recall: Recall
    bytes_per_palm: float | None
    resident_bytes_per_palm: float | None
    filled: enrolling.Filled
    scanned: rival.Scanned | None
    kernels: dict[str, float | None]


def measure(matcher: Matcher, options: Options, progress: Progress) -> Measured:
    """Measure a matcher; whatever it computes with numpy may use every core.

    Raises:
        SignatureVersion: the matcher does not take block codes.
    """
    least, most = _KERNEL_REFERENCES
    kernel = kernels.measure(min(max(options.palms, least), most), faiss=options.faiss)
    come = visitors(options.queries, options.palms, options.seed, progress)
    gallery = matcher.gallery()
    with tempfile.TemporaryFile() as codes:
        before = _resident()
        filled = enrolling.fill(
            gallery, options.palms, come.enrolled, options.seed, progress, codes
        )
        after = _resident()
        searched = search_all(gallery, come.queries, progress)
        kept = recall(gallery, searched.answers, options.comparisons, progress)
        scanned = None
        if options.faiss:
            codes.seek(0)
            faiss = rival.Rival()
            faiss.add_file(codes)
            scanned = faiss.scan(come.queries, progress)
    return Measured(
        options,
        searched,
        kept,
        gallery.bytes / len(gallery) if isinstance(gallery, NumpyGallery) else None,
        (after - before) / options.palms if before and after else None,
        filled,
        scanned,
        kernel,
    )


def _resident() -> int | None:
    """Bytes of this process in memory; None where the system has no such file."""
    return int(_STATM.read_text().split()[1]) * _PAGE if _STATM.exists() else None
