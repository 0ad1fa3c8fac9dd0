"""The plugin keeps the contracts of plugins and of card readers."""

import itertools
import os
import tty

import pytest
from thenar.errors import PaymentError
from thenar.testing.contracts import Ability, CardReaderContract, PluginContract

import acme_plug
from acme_plug.card_reader import AcmePlugReader, AcmePlugSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugReader(CardReaderContract):
    abilities = (Ability.UNREADABLE,)

    @pytest.fixture
    def serial_line(self):
        """A serial line without hardware: what is written at one end is read at the other."""
        near, far = os.openpty()
        tty.setraw(far)
        yield near, os.ttyname(far)
        os.close(near)
        os.close(far)

    @pytest.fixture
    def reader(self, serial_line):
        return AcmePlugReader(AcmePlugSettings(serial_line[1]))

    @pytest.fixture
    def insert(self, serial_line):
        numbers = itertools.count(1)

        def swipe():
            number = f"42424242424{next(numbers):05d}"
            os.write(serial_line[0], f";{number}=31121010000012300000?\r\n".encode("ascii"))
            return number

        return swipe

    @pytest.fixture
    def insert_unreadable(self, serial_line):
        return lambda: os.write(serial_line[0], b"%E?;E?\r\n")

    def test_expiry_and_brand_are_read(self, reader, insert):
        insert()
        card = reader.read(5.0)
        assert (card.expiry, card.brand) == ("2031-12", "visa")

    def test_noise_without_an_end_is_thrown_away(self, reader, serial_line, insert):
        os.write(serial_line[0], b"x" * 600)
        with pytest.raises(PaymentError):
            reader.read(0.2)
        os.write(serial_line[0], b"\r\n")
        with pytest.raises(PaymentError):
            reader.read(0.2)
        number = insert()
        assert bytes(reader.read(5.0).number()).decode("ascii") == number

    def test_a_missing_line_is_told(self, tmp_path):
        reader = AcmePlugReader(AcmePlugSettings(str(tmp_path / "ttyACM0")))
        with pytest.raises(PaymentError, match="gone"):
            reader.read(0.1)
