"""The plugin keeps the contracts of plugins, of matchers and of signature makers."""

import pytest
from thenar.testing.contracts import MatcherContract, PluginContract, SignatureContract

import acme_plug
from acme_plug.matcher import AcmePlugMatcher, AcmePlugSettings, false_match_rate
from acme_plug.signature import AcmePlugMaker, AcmePlugMakerSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugMatcher(MatcherContract):
    @pytest.fixture
    def matcher(self):
        return AcmePlugMatcher(AcmePlugSettings())

    @pytest.fixture
    def maker(self):
        return AcmePlugMaker(AcmePlugMakerSettings())


class TestAcmePlugMaker(SignatureContract):
    @pytest.fixture
    def maker(self):
        return AcmePlugMaker(AcmePlugMakerSettings())


def test_more_alike_is_less_likely_by_lot():
    rates = [false_match_rate(distance, 90) for distance in (0.5, 0.4, 0.3, 0.2)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 1.0
    assert rates[-1] < 1e-6
