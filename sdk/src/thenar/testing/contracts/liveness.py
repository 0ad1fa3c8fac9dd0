"""The contract of liveness checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np
import pytest

from thenar.errors import ThenarError
from thenar.protocols import LivenessCheck
from thenar.records import AttackCheck, Band, Frame, FrameSet, PalmCrop
from thenar.testing.contracts._palms import flat, presentation
from thenar.testing.contracts._suite import Ability, Contract, attempt, needs, together, within

Shown = tuple[Sequence[FrameSet], Sequence[PalmCrop]]
"""A presentation: frames in the order taken, and the crops cut from them."""


class LivenessContract(Contract):
    """A :class:`~thenar.protocols.LivenessCheck` (ISO/IEC 30107-3).

    Give ``check``; and ``bona_fide`` where the suite's synthetic hands, in visible
    light and near infrared, are not what it judges.
    """

    kind = "liveness"

    @pytest.fixture
    def check(self) -> LivenessCheck:
        """The check under test, made afresh."""
        self.lacks("check")

    @pytest.fixture
    def bona_fide(self) -> Shown:
        """A presentation that must pass."""
        return presentation(0)

    @pytest.fixture
    def attack(self) -> Shown:
        """A presentation that must be refused; needs :attr:`Ability.ATTACKS`."""
        self.lacks("attack")

    def judged(self, check: LivenessCheck, shown: Shown) -> AttackCheck:
        """What it says, within the host's deadline."""
        said = within(self.seconds, check.check, *shown)
        assert isinstance(said, AttackCheck), f"check gave {type(said).__name__}"
        return said

    def test_has_what_the_protocol_promises(self, check: LivenessCheck) -> None:
        """It judges a presentation."""
        self.keeps_protocol(check)

    def test_a_bona_fide_presentation_passes(self, check: LivenessCheck, bona_fide: Shown) -> None:
        """A living hand is let through."""
        said = self.judged(check, bona_fide)
        assert said.passed, f"{said.check}: {said.reason}"
        assert said.check

    def test_one_frame_is_enough(self, check: LivenessCheck, bona_fide: Shown) -> None:
        """A presentation has at least one frame: one is judged too, or refused with a reason."""
        frames, crops = bona_fide
        said = self.judged(check, (frames[:1], crops[:1]))
        assert said.passed or said.reason

    def test_the_same_presentation_is_judged_the_same(
        self, check: LivenessCheck, bona_fide: Shown
    ) -> None:
        """Nothing is left to chance."""
        assert self.judged(check, bona_fide) == self.judged(check, bona_fide)

    def test_one_customer_does_not_change_the_next(
        self, check: LivenessCheck, bona_fide: Shown
    ) -> None:
        """What was shown before, a picture or another hand, is forgotten."""
        before = self.judged(check, bona_fide)
        for shown in (presentation(1), self.made_of(flat(None))):
            attempt(ThenarError, self.judged, check, shown)
        assert self.judged(check, bona_fide) == before

    @pytest.mark.parametrize("level", [0, 128, 255, None])
    def test_odd_pictures_are_judged_or_refused(
        self, check: LivenessCheck, level: int | None
    ) -> None:
        """Black, grey, white and noise get a verdict, or an error of Thenar's; nothing else."""
        shown = self.made_of(flat(level))
        said = attempt(ThenarError, self.judged, check, shown)
        assert said is None or said.passed or said.reason

    @pytest.mark.parametrize("band", [Band.RGB, Band.GREY, Band.NIR])
    def test_any_camera_is_judged_or_refused(
        self, check: LivenessCheck, bona_fide: Shown, band: Band
    ) -> None:
        """A camera with one band gets a verdict, or an error of Thenar's; nothing else."""
        frames, crops = bona_fide
        shown = [_frames_in(band, one) for one in frames], [_crop_in(band, one) for one in crops]
        said = attempt(ThenarError, self.judged, check, shown)
        assert said is None or said.passed or said.reason

    def test_pictures_are_not_changed(self, check: LivenessCheck, bona_fide: Shown) -> None:
        """Frames and crops are another's: read, not written."""
        frames, crops = bona_fide
        arrays = [frame.pixels for one in frames for frame in one.frames]
        arrays += [pixels for one in crops for pixels in one.bands.values()]
        before = [pixels.copy() for pixels in arrays]
        self.judged(check, bona_fide)
        assert all((a == b).all() for a, b in zip(before, arrays, strict=True))

    def test_works_on_several_threads(self, check: LivenessCheck, bona_fide: Shown) -> None:
        """Two readers may ask at the same moment."""
        alone = self.judged(check, bona_fide)
        answers = together([lambda: check.check(*bona_fide)] * 3, 3 * self.seconds)
        assert answers == [alone] * 3

    def test_does_not_depend_on_the_clock(
        self, check: LivenessCheck, bona_fide: Shown, set_clock: Callable[[float], None]
    ) -> None:
        """The same presentation is judged the same after the clock was set."""
        before = self.judged(check, bona_fide)
        set_clock(-365 * 86_400.0)
        assert self.judged(check, bona_fide) == before

    def test_closing_twice_is_allowed(self, check: LivenessCheck) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(check)

    @needs(Ability.ATTACKS)
    def test_an_attack_is_refused(self, check: LivenessCheck, attack: Shown) -> None:
        """An artefact is refused, and the reason is told."""
        said = self.judged(check, attack)
        assert not said.passed, f"it passes, with a score of {said.score}"
        assert said.reason

    def made_of(self, crop: PalmCrop) -> Shown:
        """A presentation that shows nothing but one crop."""
        frames = FrameSet([Frame(pixels, band) for band, pixels in crop.bands.items()])
        return (frames,), (crop,)


def _frames_in(band: Band, frames: FrameSet) -> FrameSet:
    colour = frames.band(Band.RGB) or frames.primary
    pixels = colour.pixels if colour.pixels.ndim == 2 else colour.pixels.mean(axis=2)
    grey = pixels.astype(np.uint8)
    shown = frames.band(band) or Frame(
        np.stack([grey] * 3, axis=2) if band is Band.RGB else grey, band
    )
    return FrameSet([attrs.evolve(shown, time=frames.time, number=frames.number)])


def _crop_in(band: Band, crop: PalmCrop) -> PalmCrop:
    pixels = crop.bands.get(Band.RGB, next(iter(crop.bands.values())))
    grey = (pixels if pixels.ndim == 2 else pixels.mean(axis=2)).astype(np.uint8)
    shown = crop.bands.get(band)
    if shown is None:
        shown = np.stack([grey] * 3, axis=2) if band is Band.RGB else grey
    return attrs.evolve(crop, bands={band: shown})
