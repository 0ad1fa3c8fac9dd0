"""The plugin keeps the contracts of plugins and of liveness checks."""

import attrs
import pytest
from thenar.testing.contracts import Ability, LivenessContract, PluginContract

import acme_plug
from acme_plug.liveness import AcmePlugCheck, AcmePlugSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugCheck(LivenessContract):
    abilities = (Ability.ATTACKS,)

    @pytest.fixture
    def check(self):
        return AcmePlugCheck(AcmePlugSettings())

    @pytest.fixture
    def attack(self, bona_fide):
        """A hand with the glare of a glossy print across it."""
        frames, crops = bona_fide
        bands = {band: pixels.copy() for band, pixels in crops[0].bands.items()}
        for pixels in bands.values():
            pixels[40:80] = 255
        return frames[:1], [attrs.evolve(crops[0], bands=bands)]

    def test_the_score_is_a_half_at_the_threshold(self, check, bona_fide, attack):
        assert check.check(*bona_fide).score < 0.5 < check.check(*attack).score
