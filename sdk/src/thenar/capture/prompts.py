"""What to ask of the customer; directions are those of the image."""

from __future__ import annotations

from thenar.capture.crop import Square
from thenar.capture.hand import Outline
from thenar.capture.quality import Measures
from thenar.parameters import CAPTURE
from thenar.records import Band, PalmCrop, Prompt


def about_hand(hand: Outline, shape: tuple[int, int]) -> tuple[Prompt, ...]:
    """What to ask when a hand is seen but its fingers cannot be told apart."""
    size = hand.radius / min(shape)
    if size < CAPTURE.radius_share[0]:
        return (Prompt.CLOSER,)
    if size > CAPTURE.radius_share[1] or hand.fills_border > CAPTURE.border_share:
        return (Prompt.FARTHER,)
    return (Prompt.SPREAD_FINGERS,)


def about_palm(
    crop: PalmCrop, measures: Measures, square: Square, shape: tuple[int, int]
) -> tuple[Prompt, ...]:
    """What is wrong with a palm that was found, most urgent first."""
    found = []
    height, width = shape
    x, y = square.corners().T
    if x.max() - x.min() > width or y.max() - y.min() > height:
        found.append(Prompt.FARTHER)
    else:
        sides = (
            (x.min() < 0, Prompt.RIGHT),
            (x.max() > width, Prompt.LEFT),
            (y.min() < 0, Prompt.DOWN),
            (y.max() > height, Prompt.UP),
        )
        found += [prompt for outside, prompt in sides if outside]
    if square.side < CAPTURE.side_pixels[0]:
        found.append(Prompt.CLOSER)
    if measures.brightness < CAPTURE.brightness[0]:
        found.append(Prompt.BRIGHTER)
    if measures.skin < CAPTURE.skin_share[0]:
        too_bright = measures.brightness > CAPTURE.too_bright
        found.append(Prompt.DARKER if too_bright else Prompt.FLATTEN)
    elif crop.pose.tilt > CAPTURE.most_tilt:
        found.append(Prompt.FLATTEN)
    elif measures.sharpness < CAPTURE.sharpness[0]:
        found.append(Prompt.HOLD_STILL)
    elif set(crop.bands) != {Band.NIR} and measures.strong_lines < CAPTURE.faint_lines:
        found.append(Prompt.TURN_OVER)
    return tuple(found)
