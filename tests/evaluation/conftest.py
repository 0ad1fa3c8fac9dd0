"""A small laboratory: synthetic palms as image files with a manifest."""

from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

from thenar.records import Band, Hand
from thenar.synthetic import Person, scene

COLUMNS = "path,person,palm,hand,role,kind,modality"
PERSONS, ENROLLED, PROBES = range(3), range(2), range(2, 4)


@attrs.frozen
class Laboratory:
    folder: Path
    rows: list[str]

    def manifest(self, *more: str, name: str = "manifest.csv") -> Path:
        path = self.folder / name
        path.write_text("\n".join([COLUMNS, *self.rows, *more, ""]), encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def _drawn(tmp_path_factory):
    """Both palms of each person: crops in three bands in turn, as files."""
    folder = tmp_path_factory.mktemp("palms")
    rows = []
    for number in PERSONS:
        for hand in (Hand.LEFT, Hand.RIGHT):
            palm = Person(number).palm(hand)
            for sample in (*ENROLLED, *PROBES):
                crop = scene.palm_crop(palm, sample, bands=(Band.RGB,))
                name = f"{number}-{hand}-{sample}.png"
                cv2.imwrite(str(folder / name), crop.bands[Band.RGB][..., ::-1])
                role = "enrol" if sample in ENROLLED else "probe"
                rows.append(f"{name},p{number},p{number}-{hand},{hand},{role},roi,rgb")
    return folder, rows


@pytest.fixture
def laboratory(_drawn, tmp_path):
    folder, rows = _drawn
    for file in folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((480, 640, 3), 7, np.uint8))
    (tmp_path / "text.png").write_text("no image", encoding="utf-8")
    return Laboratory(tmp_path, rows)
