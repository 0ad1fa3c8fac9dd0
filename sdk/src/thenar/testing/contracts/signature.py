"""The contract of signature makers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
import pytest

from thenar.errors import SignatureError
from thenar.protocols import SignatureMaker
from thenar.records import Band, Hand, PalmCrop, Probe, Signature
from thenar.testing.contracts._palms import crop, crop_in, flat
from thenar.testing.contracts._suite import Contract, attempt, together, within


def same(one: Signature, other: Signature) -> bool:
    """True where two signatures are equal bit by bit."""
    return bool(
        one.bits.shape == other.bits.shape
        and (one.bits == other.bits).all()
        and (one.mask == other.mask).all()
    )


class SignatureContract(Contract):
    """A :class:`~thenar.protocols.SignatureMaker`. Give ``maker``.

    The palms are the suite's own, synthetic, in visible light and near infrared.
    """

    kind = "signature"

    @pytest.fixture
    def maker(self) -> SignatureMaker:
        """The maker under test."""
        self.lacks("maker")

    def made(self, maker: SignatureMaker, *crops: PalmCrop) -> Signature:
        """A signature, within the deadline."""
        return within(self.seconds, maker.make, crops)

    def test_has_what_the_protocol_promises(self, maker: SignatureMaker) -> None:
        """It has a name and a version, and makes signatures and probes."""
        self.keeps_protocol(maker)
        assert isinstance(maker.algorithm, str)
        assert maker.algorithm
        assert isinstance(maker.version, int)
        assert maker.version >= 1

    def test_signatures_carry_name_and_version(self, maker: SignatureMaker) -> None:
        """What is stored says what made it."""
        made = self.made(maker, crop(0, 0))
        assert isinstance(made, Signature), f"make gave {type(made).__name__}"
        assert (made.algorithm, made.version) == (maker.algorithm, maker.version)

    def test_probes_carry_name_and_version(self, maker: SignatureMaker) -> None:
        """What is compared says what made it."""
        probe = within(self.seconds, maker.probe, [crop(0, 0)])
        assert isinstance(probe, Probe), f"probe gave {type(probe).__name__}"
        assert (probe.algorithm, probe.version) == (maker.algorithm, maker.version)

    def test_the_same_palm_makes_the_same_signature(self, maker: SignatureMaker) -> None:
        """Nothing is left to chance."""
        assert same(self.made(maker, crop(0, 0)), self.made(maker, crop(0, 0)))

    def test_other_palms_make_other_signatures(self, maker: SignatureMaker) -> None:
        """Two people's palms differ in many bits."""
        one, other = self.made(maker, crop(0, 0)), self.made(maker, crop(1, 0))
        assert not same(one, other)

    def test_signatures_do_not_share_memory(self, maker: SignatureMaker) -> None:
        """Making the next signature leaves the one before as it was."""
        first = self.made(maker, crop(0, 0))
        bits, mask = first.bits.copy(), first.mask.copy()
        self.made(maker, crop(1, 0))
        assert (first.bits == bits).all()
        assert (first.mask == mask).all()

    def test_several_captures_make_one(self, maker: SignatureMaker) -> None:
        """Several captures of one palm make one signature and one probe."""
        crops = [crop(0, 0), crop(0, 1)]
        assert isinstance(self.made(maker, *crops), Signature)
        assert isinstance(within(self.seconds, maker.probe, crops), Probe)

    @pytest.mark.parametrize("hand", [Hand.LEFT, Hand.RIGHT])
    def test_the_hand_is_carried(self, maker: SignatureMaker, hand: Hand) -> None:
        """A left palm's signature says left."""
        taken = attrs.evolve(crop(0, 0), hand=hand)
        assert self.made(maker, taken).hand is hand
        assert maker.probe([taken]).hand is hand

    def test_captures_are_not_changed(self, maker: SignatureMaker) -> None:
        """Crops are another's: read, also where they cannot be written."""
        taken = crop(0, 0)
        copy = attrs.evolve(
            taken,
            bands={band: pixels.copy() for band, pixels in taken.bands.items()},
            mask=taken.mask.copy(),
        )
        for pixels in (*copy.bands.values(), copy.mask):
            pixels.setflags(write=False)
        self.made(maker, copy)
        within(self.seconds, maker.probe, [copy])
        assert all((copy.bands[band] == taken.bands[band]).all() for band in taken.bands)

    def test_no_trusted_skin_is_an_error(self, maker: SignatureMaker) -> None:
        """Where nothing of a palm can be trusted, or there is none, SignatureError comes."""
        for crops in ([flat(120, trusted=False)], []):
            with pytest.raises(SignatureError):
                within(self.seconds, maker.make, crops)
            with pytest.raises(SignatureError):
                within(self.seconds, maker.probe, crops)

    @pytest.mark.parametrize("level", [0, 128, 255, None])
    def test_odd_pictures_are_taken_or_refused(
        self, maker: SignatureMaker, level: int | None
    ) -> None:
        """Black, grey, white and noise make a signature, or SignatureError; nothing else."""
        attempt(SignatureError, self.made, maker, flat(level))
        attempt(SignatureError, maker.probe, [flat(level)])

    @pytest.mark.parametrize("band", list(Band))
    def test_one_band_is_taken_or_refused(self, maker: SignatureMaker, band: Band) -> None:
        """A reader with one band alone gets a signature, or SignatureError; nothing else."""
        made = attempt(SignatureError, self.made, maker, crop_in(band, 0, 0))
        assert made is None or (made.algorithm, made.version) == (maker.algorithm, maker.version)

    def test_works_on_several_threads(self, maker: SignatureMaker) -> None:
        """Palms of several people at the same moment are not mixed up."""
        alone = [self.made(maker, crop(person, 0)) for person in (0, 1)]
        calls = [partial(maker.make, [crop(n % 2, 0)]) for n in range(6)]
        answers = together(calls, self.seconds)
        for number, made in enumerate(answers):
            assert isinstance(made, Signature), repr(made)
            assert same(made, alone[number % 2])

    def test_does_not_depend_on_the_clock(
        self, maker: SignatureMaker, set_clock: Callable[[float], None]
    ) -> None:
        """The same palm makes the same signature next year."""
        today = self.made(maker, crop(0, 0))
        set_clock(365 * 86_400.0)
        assert same(today, self.made(maker, crop(0, 0)))

    def test_closing_twice_is_allowed(self, maker: SignatureMaker) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(maker)
