"""Identities: seeded, two different hands, five line types, parts that switch off alone."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from thenar.errors import InvalidRecord
from thenar.records import Band, Hand
from thenar.synthetic import NONE, LineType, Part, Person, palm_crop


def grey(palm, sample=0, **arguments):
    return palm_crop(palm, sample, bands=[Band.GREY], **arguments).bands[Band.GREY].astype(float)


def alike(a, b):
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def test_equal_seeds_are_the_same_person():
    one, again = (palm_crop(Person(7).palm("left"), 3) for _ in range(2))
    for band in (Band.RGB, Band.NIR):
        np.testing.assert_array_equal(one.bands[band], again.bands[band])
    np.testing.assert_array_equal(one.mask, again.mask)


def test_people_and_the_two_hands_of_one_differ():
    palms = [Person(seed).palm(hand) for seed in (7, 8) for hand in ("left", "right")]
    pictures = [grey(palm, variation=NONE) for palm in palms]
    # A right hand is a mirror image: turn it back, so that only identity can differ.
    pictures = [p[:, ::-1] if i % 2 else p for i, p in enumerate(pictures)]
    textures = [p - p.mean() for p in pictures]
    assert all(alike(a, b) < 0.6 for a, b in combinations(textures, 2))


def test_the_palm_is_built_once():
    person = Person(1)
    assert person.palm("left") is person.palm(Hand.LEFT)
    assert person.palm("left").maps() is person.palm("left").maps()


def test_line_types_come_in_equal_shares():
    counts = Counter(
        Person(seed).palm(hand).line_type for seed in range(500) for hand in ("left", "right")
    )
    assert set(counts) == set(LineType)
    expected = 1000 / len(LineType)
    chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_square < 18.5  # 4 degrees of freedom, p = .001


def test_skin_runs_from_light_to_dark():
    reds = [Person(seed).tone.rgb[0] for seed in range(200)]
    blues = [Person(seed).tone.rgb[2] for seed in range(200)]
    assert max(reds) > 0.75
    assert min(blues) < 0.09
    assert all(red > blue for red, blue in zip(reds, blues, strict=True))


@pytest.mark.parametrize("part", list(Part))
def test_a_part_that_is_switched_off_leaves_the_others_as_they_were(part):
    whole = Person(11).palm("left").maps()
    rest = Person(11, without=[part]).palm("left").maps()
    maps_of = {
        Part.LINES: ("depth", "owner"),
        Part.TEXTURE: ("ridges", "mottle"),
        Part.VEINS: ("veins",),
    }
    for other, names in maps_of.items():
        for name in names:
            same = np.array_equal(getattr(whole, name), getattr(rest, name))
            assert same is (other is not part), name
    np.testing.assert_array_equal(whole.distance, rest.distance)


def test_what_no_person_can_be_is_refused():
    with pytest.raises(InvalidRecord, match="seed"):
        Person(-1)
    with pytest.raises(InvalidRecord, match="left or the right"):
        Person(1).palm(Hand.UNKNOWN)
    with pytest.raises(ValueError, match="nails"):
        Person(1, without=["nails"])
