"""Do two photographs show the same palm?

    python compare_images.py first.png second.png

Each shows one open hand, palm to the camera, whole in the picture. Prints the false-match
rate; exit status 0 when it is below one in ten thousand, 1 when it is not.
"""

import sys

import cv2

from thenar.capture import acquire
from thenar.errors import AcquisitionFailure
from thenar.matching import NumpyMatcher
from thenar.records import Band, Frame, FrameSet, PalmCrop
from thenar.signature import BlockCode


def palm_in(path: str) -> PalmCrop:
    """The palm in an image file."""
    pixels = cv2.imread(path, cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        sys.exit(f"{path}: not an image that OpenCV reads")
    try:
        return acquire(FrameSet([Frame(pixels, Band.RGB)]))
    except AcquisitionFailure as failure:
        sys.exit(f"{path}: no palm found; take it again: {', '.join(failure.reasons)}")


def main(reference_file: str, probe_file: str) -> int:
    """Compare, and tell."""
    blocks = BlockCode()
    reference = blocks.make([palm_in(reference_file)])
    probe = blocks.probe([palm_in(probe_file)])
    fmr = NumpyMatcher().compare(probe, reference)
    same = fmr < 1e-4
    print(f"{'same palm' if same else 'not the same palm'}: false-match rate {fmr:.1e}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]) if len(sys.argv) == 3 else __doc__)
