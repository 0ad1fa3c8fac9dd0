"""The plugin keeps the contracts of plugins and of cameras."""

import numpy as np
import pytest
from thenar.errors import CameraUnavailable
from thenar.testing.contracts import Ability, CameraContract, PluginContract

import acme_plug
from acme_plug.camera import AcmePlugCamera, AcmePlugSettings

FRAMES = np.arange(80, dtype=np.uint8)[:, None, None] + np.zeros((1, 6, 8), np.uint8)


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugCamera(CameraContract):
    abilities = (Ability.ENDS,)

    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "hands.npy"
        np.save(file, FRAMES)
        return file

    @pytest.fixture
    def camera(self, file):
        return AcmePlugCamera(AcmePlugSettings(file, fps=40.0))

    def test_shows_what_was_recorded(self, source):
        shown = source.read(5.0)
        assert (shown.primary.pixels == shown.number).all()

    @pytest.mark.parametrize("wrong", [FRAMES.astype(float), FRAMES[0], FRAMES[:0]])
    def test_another_array_is_told(self, camera, file, wrong):
        np.save(file, wrong)
        with pytest.raises(CameraUnavailable, match="expected uint8 frames"):
            camera.open()

    def test_a_missing_file_is_told(self, camera, file):
        file.unlink()
        with pytest.raises(CameraUnavailable, match="expected a NumPy file"):
            camera.open()
