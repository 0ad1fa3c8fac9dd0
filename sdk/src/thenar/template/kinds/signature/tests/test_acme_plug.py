"""The plugin keeps the contracts of plugins and of signature makers."""

import numpy as np
import pytest
from thenar.records import Band, PalmCrop
from thenar.testing.contracts import PluginContract, SignatureContract

import acme_plug
from acme_plug.signature import AcmePlugMaker, AcmePlugSettings, darker, packed


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugMaker(SignatureContract):
    @pytest.fixture
    def maker(self):
        return AcmePlugMaker(AcmePlugSettings())


def test_a_dark_line_is_found_where_it_is():
    pixels = np.full((128, 128), 200, np.uint8)
    pixels[64:68] = 90
    dark, trusted = darker(PalmCrop({Band.GREY: pixels}, np.ones((128, 128), bool)))
    assert dark[16].all()
    assert dark.sum() == 32
    assert trusted.all()


def test_a_packed_signature_has_a_bit_a_cell():
    cells = np.zeros((32, 32), bool)
    cells[3, 7] = True
    assert packed(cells).shape == (1, 16)
    assert np.bitwise_count(packed(cells)).sum() == 1
