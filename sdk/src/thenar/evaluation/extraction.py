"""From an image of the manifest to a signature or probe, or to the reason why there is none."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import attrs

from thenar.errors import AcquisitionFailure, PluginError, ThenarError
from thenar.evaluation.images import crop_image
from thenar.evaluation.manifest import Entry
from thenar.evaluation.progress import Progress
from thenar.parameters import EVALUATION
from thenar.protocols import SignatureMaker
from thenar.records import PalmCrop, Probe, Signature

Made = TypeVar("Made", Signature, Probe)


@attrs.frozen
class Outcome:
    """What came of one image.

    Attributes:
        entry: the image.
        quality: 0..100, of the capture; None where nothing could be made of it.
        reason: why not: the most urgent prompt, or the error's code; empty otherwise.
        crashed: True where the recognition raised what it must not.
    """

    entry: Entry
    quality: float | None
    reason: str = ""
    crashed: bool = False


@attrs.frozen(eq=False)
class Extracted(Generic[Made]):
    """What came of one image, with what was made of it."""

    outcome: Outcome
    made: Made | None


def workers() -> int:
    """How many threads work at once: one a core. OpenCV and numpy work outside Python's lock."""
    return os.cpu_count() or 1


def extract(entry: Entry, make: Callable[[Sequence[PalmCrop]], Made]) -> Extracted[Made]:
    """Make a signature or a probe of one image; never raises for an image."""
    try:
        made = make([crop_image(entry)])
    except AcquisitionFailure as failure:
        reason = failure.reasons[0] if failure.reasons else failure.code
        return Extracted(Outcome(entry, None, reason), None)
    except PluginError as error:
        return Extracted(Outcome(entry, None, error.code, crashed=True), None)
    except ThenarError as error:
        return Extracted(Outcome(entry, None, error.code), None)
    except Exception as error:  # noqa: BLE001 - a laboratory counts a crash as a failure
        return Extracted(Outcome(entry, None, type(error).__name__, crashed=True), None)
    return Extracted(Outcome(entry, made.quality), made)


def enrol(
    entries: Sequence[Entry], maker: SignatureMaker, progress: Progress
) -> list[Extracted[Signature]]:
    """A signature of every enrolment image, in their order."""
    with ThreadPoolExecutor(workers()) as pool:
        coming = pool.map(lambda entry: extract(entry, maker.make), entries)
        return list(progress("Enrolling", len(entries), coming))


def seconds_per_image(outcomes: Sequence[Outcome], maker: SignatureMaker) -> float | None:
    """Median seconds from file to signature, one image at a time; None where all failed."""
    taken = []
    for outcome in spread(outcomes):
        started = time.perf_counter()
        extract(outcome.entry, maker.make)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) if taken else None


def spread(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Some of the images that gave something, evenly over all of them, to be timed."""
    usable = [outcome for outcome in outcomes if outcome.quality is not None]
    step = max(1, len(usable) // EVALUATION.timed)
    return usable[::step][: EVALUATION.timed]
