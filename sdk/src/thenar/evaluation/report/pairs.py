"""The comparisons that went worst, and images of which nothing could be made."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.errors import AcquisitionFailure
from thenar.evaluation.evaluate import Evaluation
from thenar.evaluation.extraction import Outcome
from thenar.evaluation.images import crop_image, read_image
from thenar.parameters import EVALUATION
from thenar.records import Band

THUMBNAIL = 256
"""Longer side of a failed image on the page, pixels."""


@attrs.frozen
class Shown:
    """One picture with its caption.

    Attributes:
        picture: data URI.
        caption: which image, and its quality or the reason why it failed.
    """

    picture: str
    caption: str


@attrs.frozen
class Pair:
    """Two crops side by side.

    Attributes:
        probe: on the left.
        reference: on the right: the palm's image most like the probe.
        claimed: the false-match rate claimed, as text.
    """

    probe: Shown
    reference: Shown
    claimed: str


def worst_mated(evaluation: Evaluation) -> list[Pair]:
    """Mates least alike, the worst first."""
    mated = evaluation.scores.mated & np.isfinite(evaluation.scores.values)
    return list(_pairs(evaluation, np.where(mated, evaluation.scores.values, np.inf)))


def worst_non_mated(evaluation: Evaluation) -> list[Pair]:
    """Strangers most alike, the worst first."""
    other = ~evaluation.scores.mated & np.isfinite(evaluation.scores.values)
    return list(_pairs(evaluation, np.where(other, -evaluation.scores.values, np.inf)))


def _pairs(evaluation: Evaluation, badness: NDArray[np.floating]) -> Iterator[Pair]:
    flat = badness.ravel()
    count = min(EVALUATION.worst_pairs, int(np.isfinite(flat).sum()))
    if not count:
        return
    worst = np.argpartition(flat, count - 1)[:count]
    for position in worst[np.argsort(flat[worst], kind="stable")]:
        row, column = divmod(int(position), badness.shape[1])
        reference = evaluation.references[int(evaluation.nearest[row, column])]
        score = float(evaluation.scores.values[row, column])
        yield Pair(_crop(evaluation.probes[row]), _crop(reference), f"10^−{score:.1f}")


def failed(outcomes: Sequence[Outcome]) -> list[Shown]:
    """Some images of which nothing could be made, whole."""
    lost = [one for one in outcomes if one.quality is None]
    step = max(1, len(lost) // EVALUATION.worst_pairs)
    shown = []
    for one in lost[::step][: EVALUATION.worst_pairs]:
        try:
            pixels = read_image(one.entry)
        except AcquisitionFailure:
            continue
        scale = THUMBNAIL / max(pixels.shape[:2])
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        shown.append(Shown(_uri(small.astype(np.uint8)), f"{one.entry.name}: {one.reason}"))
    return shown


def _crop(outcome: Outcome) -> Shown:
    crop = crop_image(outcome.entry)
    band = outcome.entry.band if outcome.entry.band in crop.bands else next(iter(crop.bands))
    return Shown(_uri(crop.bands[Band(band)]), f"{outcome.entry.name}, quality {crop.quality:.0f}")


def _uri(pixels: NDArray[np.uint8]) -> str:
    ordered = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    done, file = cv2.imencode(".jpg", ordered, [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not done:
        raise AcquisitionFailure("Expected a picture that OpenCV can encode.")
    return "data:image/jpeg;base64," + base64.b64encode(file.tobytes()).decode("ascii")
