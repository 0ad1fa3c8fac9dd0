import cv2
import numpy as np
import pytest

from thenar.errors import AcquisitionFailure
from thenar.evaluation import read_manifest
from thenar.evaluation.images import crop_image, read_image

EXIF_TURNED = (  # orientation 6: the camera was turned, the picture must be turned back
    b"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01"
    b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
)


@pytest.fixture
def entry(tmp_path):
    def entry(pixels, modality, name="1.png", kind="roi", edit=lambda data: data):
        done, data = cv2.imencode(name[1:], pixels)
        assert done
        (tmp_path / name).write_bytes(edit(data.tobytes()))
        (tmp_path / "2.png").write_bytes(b"")
        path = tmp_path / "manifest.csv"
        path.write_text(
            "path,person,palm,hand,role,kind,modality\n"
            f"{name},a,a,left,enrol,{kind},{modality}\n2.png,a,a,left,probe,roi,grey\n"
        )
        return read_manifest(path).enrol[0]

    return entry


def test_colour_comes_in_rgb_order(entry):
    red = np.zeros((4, 6, 3), np.uint8)
    red[..., 2] = 255  # OpenCV writes BGR
    pixels = read_image(entry(red, "rgb"))
    assert (pixels.shape, pixels.dtype) == ((4, 6, 3), np.uint8)
    assert pixels[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("modality", ["grey", "nir"])
def test_one_channel_where_the_modality_has_one(entry, modality):
    assert read_image(entry(np.full((4, 6, 3), 90, np.uint8), modality)).shape == (4, 6)


def test_a_grey_file_can_be_read_as_colour(entry):
    assert read_image(entry(np.full((4, 6), 90, np.uint8), "rgb")).shape == (4, 6, 3)


def test_sixteen_bits_become_eight(entry):
    pixels = read_image(entry(np.full((4, 6), 0x8000, np.uint16), "nir"))
    assert (pixels.dtype, int(pixels[0, 0])) == (np.uint8, 128)


def test_the_orientation_stated_in_exif_is_honoured(entry):
    wide = np.zeros((16, 32), np.uint8)
    assert read_image(entry(wide, "grey", "1.jpg")).shape == (16, 32)
    turned = entry(wide, "grey", "1.jpg", edit=lambda data: data[:2] + EXIF_TURNED + data[2:])
    assert read_image(turned).shape == (32, 16)


@pytest.mark.parametrize("size", [(128, 128), (150, 150), (140, 180), (60, 64), (300, 500)])
@pytest.mark.parametrize("modality", ["rgb", "grey", "nir"])
def test_a_cut_out_palm_of_any_size_is_taken(entry, size, modality):
    rng = np.random.default_rng(1)
    skin = cv2.GaussianBlur(rng.integers(60, 200, (*size, 3), np.uint8), (0, 0), 2)
    assert modality in crop_image(entry(skin, modality)).bands


def test_what_is_no_image_is_a_failure_to_acquire(entry):
    broken = entry(np.zeros((4, 4), np.uint8), "grey", edit=lambda data: data[:20])
    with pytest.raises(AcquisitionFailure) as failure:
        read_image(broken)
    assert failure.value.reasons == ("unreadable image",)
