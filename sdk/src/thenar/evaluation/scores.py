"""Every probe against every palm, and the attempts that these make."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.integer]
Flags = NDArray[np.bool_]


@attrs.frozen(eq=False)
class Attempts:
    """Mated and non-mated attempts with the persons behind them.

    Attributes:
        genuine: (n,) scores of mated attempts; −∞ for one that failed.
        genuine_person: (n,) number of the person.
        impostor: (m,) scores of non-mated attempts.
        impostor_probe: (m,) number of the person who presented.
        impostor_palm: (m,) number of the person who is enrolled.
        probes: (persons,) how many probes of each person take part.
        palms: (persons,) how many enrolled palms of each person take part.
    """

    genuine: NDArray[np.float32]
    genuine_person: Indices
    impostor: NDArray[np.float32]
    impostor_probe: Indices
    impostor_palm: Indices
    probes: Indices
    palms: Indices


@attrs.frozen(eq=False)
class Scores:
    """The similarity of every probe and every palm.

    Attributes:
        values: float32 (probes, palms): −log10 of the smallest false-match rate over the
            palm's enrolment images; larger is more alike; −∞ where either side failed.
        probe_palm: (probes,) column of the probe's own palm, −1 for a stranger.
        probe_person: (probes,) number of the person.
        palm_person: (palms,) number of the person.
        probe_acquired: (probes,) False where no signature came of the image.
        palm_enrolled: (palms,) False where no signature came of any enrolment image.
    """

    values: NDArray[np.float32]
    probe_palm: Indices
    probe_person: Indices
    palm_person: Indices
    probe_acquired: Flags
    palm_enrolled: Flags

    @property
    def persons(self) -> int:
        """How many persons take part."""
        numbers = np.concatenate([self.probe_person, self.palm_person])
        return int(numbers.max(initial=-1)) + 1

    @property
    def mated(self) -> Flags:
        """(probes, palms): True where the palm is the probe's own."""
        return np.asarray(self.probe_palm[:, None] == np.arange(self.values.shape[1])[None, :])

    def comparisons(self) -> Attempts:
        """The comparisons that were made: FMR and FNMR are rates of these."""
        return self._attempts(self.probe_acquired, self.palm_enrolled)

    def attempts(self) -> Attempts:
        """Everything that was tried, failures as −∞: FAR and FRR are rates of these."""
        return self._attempts(np.ones_like(self.probe_acquired), np.ones_like(self.palm_enrolled))

    def _attempts(self, probes: Flags, palms: Flags) -> Attempts:
        values, mated = self.values[probes][:, palms], self.mated[probes][:, palms]
        probe_person, palm_person = self.probe_person[probes], self.palm_person[palms]
        row, column = np.nonzero(mated)
        impostor_row, impostor_column = np.nonzero(~mated)
        return Attempts(
            genuine=values[row, column],
            genuine_person=probe_person[row],
            impostor=values[impostor_row, impostor_column],
            impostor_probe=probe_person[impostor_row],
            impostor_palm=palm_person[impostor_column],
            probes=np.bincount(probe_person, minlength=self.persons),
            palms=np.bincount(palm_person, minlength=self.persons),
        )
