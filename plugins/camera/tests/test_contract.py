"""The cameras keep the contract of cameras."""

import cv2
import numpy as np
import pytest

import thenar_camera
from thenar.testing.contracts import Ability, CameraContract, PluginContract
from thenar_camera.images import ImagesCamera, ImagesSettings
from thenar_camera.video import VideoCamera, VideoSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return thenar_camera


class TestVideoCamera(CameraContract):
    abilities = (Ability.ENDS,)

    @pytest.fixture
    def camera(self, tmp_path):
        path = tmp_path / "palm.avi"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (64, 48))
        for number in range(40):
            writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
        writer.release()
        return VideoCamera(VideoSettings(str(path), every=True))


class TestImagesCamera(CameraContract):
    abilities = (Ability.ENDS,)

    @pytest.fixture
    def camera(self, tmp_path):
        for number in range(12):
            image = np.full((8, 10), 10 * number, np.uint8)
            cv2.imwrite(str(tmp_path / f"{number:02}-nir.png"), image)
        return ImagesCamera(ImagesSettings(str(tmp_path), every=True))
