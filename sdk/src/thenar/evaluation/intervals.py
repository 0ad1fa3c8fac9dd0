"""How sure a figure is: the subject-clustered bootstrap and the rule of three.

Attempts of one person resemble each other, so persons are drawn, not attempts: a
resample draws as many persons as there are, with replacement. A mated attempt
weighs as often as its person was drawn; a non-mated one the product for both
persons (within one person: as often as that person). All resamples of one seed
draw the same persons, so two algorithms on one manifest are compared in pairs.

Where no error was seen the bootstrap cannot move, and the rule of three speaks:
none in n independent trials bounds the rate by 3 ∕ n with 95 % confidence
(ISO/IEC 19795-1, annex B). For mated errors n is the number of persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.evaluation import rates
from thenar.evaluation.scores import Attempts, Scores
from thenar.parameters import EVALUATION

Floats = NDArray[np.floating]


@attrs.frozen
class Interval:
    """A 95 % confidence interval, fractions.

    Attributes:
        low: lower end.
        high: upper end.
        method: ``"bootstrap"`` or ``"rule of three"``.
    """

    low: float
    high: float
    method: str


@attrs.frozen(eq=False)
class Resamples:
    """How often each person was drawn.

    Attributes:
        drawn: float64 (resamples, persons).
        seed: that they were drawn with.
    """

    drawn: Floats
    seed: int

    @classmethod
    def of(cls, persons: int, *, seed: int, count: int = EVALUATION.resamples) -> Resamples:
        """Draw ``persons`` persons with replacement, ``count`` times."""
        even = np.full(max(persons, 1), 1 / max(persons, 1))
        drawn = np.random.default_rng(seed).multinomial(persons, even, size=count)
        return cls(drawn.astype(np.float64), seed)

    def share(self, happened: NDArray[np.bool_], person: NDArray[np.integer]) -> Floats:
        """The share of events that happened, a resample: (resamples,)."""
        persons = self.drawn.shape[1]
        hits = np.bincount(person, weights=happened, minlength=persons)
        all_of_them = np.bincount(person, minlength=persons)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((self.drawn @ hits) / (self.drawn @ all_of_them))

    def miss_rates(self, attempts: Attempts) -> dict[str, Floats]:
        """FNMR at each FMR of :data:`rates.TARGETS`, (resamples,) each; NaN where undefined."""
        held = _tail(attempts, 10 * max(rates.TARGETS.values()))

        def one(genuine: rates.Weighted, impostor: rates.Weighted) -> Floats:
            return np.stack(
                [
                    rates.rejected_at(genuine, rates.threshold_at(impostor, target))
                    for target in rates.TARGETS.values()
                ]
            )

        figures = self._each(attempts, held, one)
        return dict(zip(rates.TARGETS, figures, strict=True))

    def equal_error_rates(self, attempts: Attempts, observed: float) -> Floats:
        """EER, (resamples,); NaN where undefined."""
        tail = _tail(attempts, 5 * observed + 1e-3)
        # Of a long tail every n-th score, n times as heavy, tells as much.
        step = max(1, len(tail) // EVALUATION.eer_tail)
        return self._each(attempts, tail[step // 2 :: step], rates.equal_error_rate, heavy=step)

    def _each(
        self,
        attempts: Attempts,
        held: NDArray[np.integer],
        figure: Callable[[rates.Weighted, rates.Weighted], Floats],
        *,
        heavy: float = 1.0,
    ) -> Floats:
        order = np.argsort(attempts.genuine, kind="stable")
        genuine, owner = attempts.genuine[order], attempts.genuine_person[order]
        impostor = attempts.impostor[held]
        probe, palm = attempts.impostor_probe[held], attempts.impostor_palm[held]
        same = probe == palm
        parts = []
        for drawn in self._chunks(len(genuine) + len(impostor)):
            mine = drawn[:, owner]
            theirs = heavy * drawn[:, probe] * np.where(same, 1, drawn[:, palm])
            parts.append(
                figure(
                    rates.Weighted(genuine, mine, mine.sum(axis=1)),
                    rates.Weighted(impostor, theirs, _impostor_weight(attempts, drawn)),
                )
            )
        return np.concatenate(parts, axis=-1)

    def _chunks(self, scores: int) -> Iterator[Floats]:
        rows = max(1, EVALUATION.bootstrap_cells // max(scores, 1))
        for start in range(0, len(self.drawn), rows):
            yield self.drawn[start : start + rows]


def _tail(attempts: Attempts, share: float) -> NDArray[np.integer]:
    """Indices of the highest impostor scores, ascending by score; 1,000 or all at least."""
    size = len(attempts.impostor)
    wanted = min(size, max(1000, int(np.ceil(share * size))))
    if wanted < size:
        held = np.argpartition(attempts.impostor, size - wanted)[size - wanted :]
    else:
        held = np.arange(size)
    return np.asarray(held[np.argsort(attempts.impostor[held], kind="stable")])


def _impostor_weight(attempts: Attempts, drawn: Floats) -> Floats:
    """The weight of all non-mated attempts, without listing them."""
    pairs = attempts.probes * attempts.palms
    same = attempts.impostor_probe == attempts.impostor_palm
    within = np.bincount(attempts.impostor_probe[same], minlength=drawn.shape[1])
    across = (drawn @ attempts.probes) * (drawn @ attempts.palms) - drawn**2 @ pairs
    return np.asarray(across + drawn @ within)


def interval(
    figure: float | None, resampled: Floats, independent: int, smallest: float = 0.0
) -> Interval | None:
    """The percentile interval of a figure, widened where need be to hold the figure itself.

    Args:
        figure: the figure; None has no interval.
        resampled: (resamples,) its value in each resample, NaN where undefined.
        independent: independent trials, for the rule of three.
        smallest: a figure below it stands for no error seen.
    """
    if figure is None:
        return None
    if figure == 0 or figure < smallest:
        return Interval(0.0, min(1.0, 3 / max(independent, 1)), "rule of three")
    if figure == 1:
        return Interval(max(0.0, 1 - 3 / max(independent, 1)), 1.0, "rule of three")
    known = resampled[np.isfinite(resampled)]
    if not len(known):
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return Interval(float(min(low, figure)), float(max(high, figure)), "bootstrap")


def persons_in(scores: Scores) -> int:
    """Persons with at least one mated attempt: the independent trials of a mated error."""
    return len(np.unique(scores.probe_person[scores.probe_palm >= 0]))
