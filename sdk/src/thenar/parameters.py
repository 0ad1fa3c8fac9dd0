"""Every tuned number, in one place, with its unit and how it was found.

A group per stage. ``describe()`` lists them for the reference in the docs.
Nothing here was tuned on anything but the two development sets and synthetic
palms (docs/explanation/recognition).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import attrs

T = TypeVar("T")


def tuned(default: T, *, unit: str, found: str) -> T:
    """A number with its unit and how it was found."""
    return attrs.field(default=default, metadata={"unit": unit, "found": found})


@attrs.frozen
class CaptureParameters:
    """Finding the hand and cutting out the palm."""

    working_side: int = tuned(
        400, unit="pixels", found="half of it loses valleys of closed fingers on COEP; more is slow"
    )
    zoom_below: float = tuned(
        60.0, unit="working pixels of palm width", found="COEP: below it valleys move by 5 %"
    )
    zoom_margin: float = tuned(0.15, unit="share of the hand", found="thresholds need background")
    blur_sigma: float = tuned(1.2, unit="working pixels", found="sensor noise gone, valleys kept")
    smallest_hand: float = tuned(0.02, unit="share of the frame", found="a hand beyond 1 m")
    finger_opening: float = tuned(
        0.36, unit="palm radii", found="fingers are 0.4 radii wide, the forearm 1.2"
    )
    smallest_finger: float = tuned(0.12, unit="radii²", found="half of a little finger")
    shortest_finger: float = tuned(0.35, unit="palm radii", found="half of a little finger")
    farthest_base: float = tuned(2.0, unit="palm radii", found="COEP at most 1.8")
    finger_straight: float = tuned(
        0.5, unit="cosine", found="60° between a finger and the ray from the palm's centre"
    )
    widest_finger: float = tuned(
        0.62, unit="palm radii", found="COEP at most 0.5; two closed fingers 0.8"
    )
    most_parts: int = tuned(7, unit="parts", found="a hand and two things behind it")
    namings: int = tuned(6, unit="ways to name the parts", found="more find no other hand")
    place_spread: tuple[float, ...] = tuned(
        (0.2, 0.06, 0.06, 0.06, 0.06, 0.1),
        unit="palm widths",
        found="COEP: bases of thumb, index … little finger, centre; doubled for bent hands",
    )
    length_freedom: float = tuned(0.3, unit="log", found="COEP's fingers within 0.25")
    length_weight: float = tuned(4.0, unit="deviations a log", found="COEP on clutter")
    missing_finger: float = tuned(1.5, unit="deviations", found="COEP on clutter")
    left_over: float = tuned(0.8, unit="deviations", found="COEP on clutter")
    unlike_freedom: float = tuned(1.2, unit="deviations", found="nine of ten true hands")
    unlike_doubt: float = tuned(0.3, unit="tolerances a deviation", found="COEP on clutter")
    thumbless_doubt: float = tuned(
        0.2, unit="tolerances", found="below sure: a tucked thumb alone is no doubt"
    )
    missing_doubt: float = tuned(0.5, unit="tolerances", found="COEP on clutter")
    valley_band: float = tuned(0.05, unit="palm radii", found="averages the valley's floor")
    width_over_radius: tuple[float, float] = tuned(
        (0.7, 1.4), unit="ratio", found="COEP 0.84..1.11 with margin"
    )
    depth_over_radius: tuple[float, float] = tuned(
        (0.9, 1.8), unit="ratio", found="COEP 1.17..1.61 with margin"
    )
    shortest_over_longest: tuple[float, float] = tuned(
        (0.5, 1.0), unit="ratio", found="COEP 0.63..0.86 with margin for fingers bent forward"
    )
    atlas_rounds: int = tuned(5, unit="rounds", found="settles on COEP")
    atlas_spread: float = tuned(0.06, unit="palm widths", found="two deviations of COEP hands")
    hidden_valley: float = tuned(
        0.16, unit="palm widths", found="COEP's true valleys stay within 0.155 of the atlas"
    )
    off_atlas: tuple[float, float] = tuned(
        (0.0, 0.07), unit="palm widths", found="mean over eight places; COEP 0.03"
    )
    tone_window: float = tuned(14.0, unit="chroma levels", found="one hand's tones, COEP")
    tone_noise: float = tuned(2.5, unit="chroma levels", found="camera noise after blurring")
    tone_reach: float = tuned(2.0, unit="deviations", found="COEP on clutter")
    cluster_side: int = tuned(160, unit="pixels", found="fingers are 6 wide; k-means takes 10 ms")
    clusters: int = tuned(8, unit="colours", found="COEP on clutter")
    lightness_weight: float = tuned(0.5, unit="ratio", found="shadows fall on hands")
    regions: int = tuned(6, unit="regions", found="COEP on clutter")
    seeds: int = tuned(3, unit="discs", found="COEP on clutter")
    palm_core: float = tuned(0.8, unit="palm radii", found="surely palm, if the disc is one")
    palm_tones: float = tuned(3.5, unit="deviations", found="COEP on clutter")
    reach_over_radius: float = tuned(
        3.4, unit="palm radii", found="from the palm's centre to the tip of the middle finger"
    )
    largest_hand: float = tuned(0.75, unit="share of the frame", found="more is background")
    grow_rim: float = tuned(0.03, unit="share of the working side", found="COEP on clutter")
    grow_rounds: int = tuned(3, unit="rounds", found="COEP on clutter; 5 gives no more")
    gap_width: float = tuned(
        0.02, unit="share of the working side", found="shadow between closed fingers on COEP"
    )
    gap_depth: int = tuned(12, unit="grey levels", found="skin creases are shallower on COEP")
    sure: float = tuned(0.25, unit="tolerances", found="first guess accepted on 9 of 10 COEP hands")
    most_doubt: float = tuned(1.5, unit="tolerances", found="beyond it crops were wrong on COEP")
    no_frame_doubt: float = tuned(5.0, unit="tolerances", found="any frame is better than none")
    flat_hands: tuple[float, float] = tuned(
        (0.86, 1.2), unit="length over width, to the atlas", found="COEP: 2nd and 98th percentile"
    )
    most_tilt: float = tuned(
        38.0, unit="degrees", found="COEP, turned in depth: mates are lost from 40 on"
    )
    side_over_width: float = tuned(1.1, unit="ratio", found="1.0..1.2 in the literature")
    offset_over_width: float = tuned(0.17, unit="ratio", found="0.15..0.2 in the literature")
    rim: int = tuned(3, unit="crop pixels", found="shading along the outline")
    saturated: int = tuned(254, unit="grey levels", found="clipped")
    alias_from: float = tuned(1.3, unit="frame pixels a crop pixel", found="ridges alias beyond")
    fine_sigma: float = tuned(0.8, unit="crop pixels", found="wrinkles are 2..4 crop pixels wide")
    faint_lines: float = tuned(
        0.0175,
        unit="log light",
        found="palms: COEP and Tongji at least 0.0188; synthetic skin without lines at most 0.0171",
    )
    line_contrast: tuple[float, float] = tuned(
        (0.0, 0.011),
        unit="log light",
        found="Tongji 0.006..0.013: nine of ten mates below a false-match rate of 1e-10 in the "
        "worst tenth, of 1e-21 in the best",
    )
    line_sigma: float = tuned(1.5, unit="pixels of half a crop", found="half the width of a crease")
    blue_over_red: float = tuned(1.1, unit="ratio", found="COEP at most 0.95; swapped at least 1.2")
    least_padding: float = tuned(0.005, unit="share of the crop", found="a dark crease is less")
    padding: int = tuned(6, unit="grey levels", found="by eye: black that JPEG left round a crop")
    skin_share: tuple[float, float] = tuned(
        (0.5, 0.95), unit="share of the crop", found="matching needs half of it"
    )
    sharpness: tuple[float, float] = tuned(
        (0.11, 0.2), unit="ratio", found="Tongji and COEP 0.2..0.36; blurred by 2 pixels 0.1..0.15"
    )
    brightness: tuple[float, float] = tuned((25.0, 60.0), unit="grey levels", found="by eye")
    too_bright: float = tuned(200.0, unit="grey levels", found="by eye")
    side_pixels: tuple[float, float] = tuned(
        (64.0, 128.0), unit="frame pixels", found="half and full resolution of the crop"
    )
    radius_share: tuple[float, float] = tuned(
        (0.08, 0.45), unit="share of the frame's short side", found="hand whole in the picture"
    )
    border_share: float = tuned(0.35, unit="share of the outline", found="hand cut off")


@attrs.frozen
class SignatureParameters:
    """Turning a crop into bits."""

    cells: int = tuned(32, unit="cells a side", found="every 4th pixel; 16 loses twice the mates")
    orientations: int = tuned(
        4, unit="filters a scale", found="4 + 4 of two scales in one byte match 6 + 6 on Tongji"
    )
    line_frequency: float = tuned(0.35, unit="radians a pixel", found="Tongji, .24 .. .55")
    line_size: int = tuned(17, unit="pixels", found="two wavelengths would be 36; 17 suffices")
    texture_frequency: float = tuned(0.55, unit="radians a pixel", found="Tongji, .35 .. .6")
    texture_size: int = tuned(11, unit="pixels", found="as the lines', scaled")
    bandwidth: float = tuned(2.78, unit="ratio", found="Kong and Zhang 2004: κ for 1.1 octaves")
    light_sigma: float = tuned(8.0, unit="pixels", found="Tongji, 5 .. 16: flat")
    light_floor: float = tuned(1.5, unit="grey levels", found="keeps sensor noise from being skin")
    pooling: int = tuned(3, unit="pixels", found="1 .. 5: flat on Tongji, steadier in noise")
    least_skin: float = tuned(0.35, unit="share of the crop", found="fewer bits cannot be unique")
    laying_sigmas: tuple[float, float] = tuned(
        (3.0, 1.5), unit="pixels", found="Tongji: all captures of a session are laid"
    )
    laying_rounds: int = tuned(40, unit="rounds", found="settles on Tongji")
    laying_fit: float = tuned(
        0.5,
        unit="correlation",
        found="Tongji: captures of one palm 0.64 and more, of two at most 0.34",
    )
    most_captures: int = tuned(5, unit="captures", found="each takes 20 ms; more give no more")
    reliable_from: int = tuned(3, unit="captures", found="two cannot tell which of them is wrong")
    unreliable: float = tuned(
        0.1,
        unit="share of the cells",
        found="Tongji, 4 captures fused, 150 palms: 99th percentile of mates' false-match rates "
        "1e-5.6 with 0, 1e-6.3 with 0.1, 1e-6.2 with 0.2; with more the median suffers",
    )
    probe_poses: tuple[tuple[float, float], ...] = tuned(
        (
            *((angle, 1.0) for angle in (-6.0, -3.0, 0.0, 3.0, 6.0)),
            *((angle, zoom) for zoom in (0.92, 1.08) for angle in (-4.0, 0.0, 4.0)),
        ),
        unit="degrees, ratio",
        found="COEP and Tongji stay within ±5°; crops moved by ±8 % need the other scales",
    )
    fast_poses: tuple[tuple[float, float], ...] = tuned(
        tuple((angle, 1.0) for angle in (-6.0, -3.0, 0.0, 3.0, 6.0)),
        unit="degrees, ratio",
        found="COEP and Tongji stay within ±5°; for palms guided to one distance",
    )
    strict_poses: tuple[tuple[float, float], ...] = tuned(
        (
            *((angle, 1.0) for angle in (-9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0)),
            *((angle, zoom) for zoom in (0.92, 1.08) for angle in (-6.0, -3.0, 0.0, 3.0, 6.0)),
        ),
        unit="degrees, ratio",
        found="a duplicate must be found however it is held",
    )
    strict_least_skin: float = tuned(
        0.6, unit="share of the crop", found="half a palm proves too little"
    )


@attrs.frozen
class MatchingParameters:
    """Comparing signatures and deciding."""

    reach: int = tuned(
        4, unit="cells", found="COEP and Tongji: 5 gives nothing more, 3 loses mates"
    )
    prior_bits: float = tuned(128.0, unit="bits", found="a small overlap is no good fit")
    glimpse_poses: tuple[float, float] = tuned(
        (3.0, 0.04), unit="degrees, ratio", found="deviations of the poses that a glimpse averages"
    )
    glimpse_blur: float = tuned(2.0, unit="pixels", found="mates kept by the first two looks")
    glimpse_shifts: tuple[int, ...] = tuned(
        (-6, 0, 6), unit="pixels", found="mates kept by the first two looks"
    )
    look_blur: float = tuned(1.5, unit="pixels", found="mates kept by the third look")
    look_shifts: tuple[int, ...] = tuned(
        (-8, -4, 0, 4, 8), unit="pixels", found="mates kept by the third look"
    )
    last_turns: tuple[float, ...] = tuned(
        (-4.0, 0.0, 4.0), unit="degrees", found="mates moved by up to 3.5 cells: 0 of 160 lost"
    )
    last_shifts: tuple[int, ...] = tuned(
        (-15, -10, -5, 0, 5, 10, 15),
        unit="pixels",
        found="as turns; with shifts of up to 8 or 12 pixels 35 and 5 are lost",
    )
    last_scales: tuple[float, ...] = tuned(
        (0.94, 1.06), unit="ratio", found="with looked_at_last: one mate of 4,860 less lost"
    )
    last_scaled_shifts: tuple[int, ...] = tuned(
        (-12, -6, 0, 6, 12), unit="pixels", found="as their scales"
    )
    last_spread: tuple[float, float] = tuned((2.2, 0.03), unit="degrees, ratio", found="as turns")
    last_blur: float = tuned(1.5, unit="pixels", found="as turns")
    wide_ring: tuple[float, int] = tuned(
        (12.0, 12),
        unit="pixels, places",
        found="of 161 mates that need the second round, 6 are not kept by its first two looks; "
        "with rings of 6 at 9 pixels and 12 at 14, 9",
    )
    wide_turns: tuple[float, ...] = tuned(
        (-5.0, 5.0), unit="degrees", found="of 26 mates that the near looks lose, 24 kept"
    )
    wide_turned: tuple[float, int] = tuned(
        (7.0, 6),
        unit="pixels, places around the middle",
        found="as the ring; four places, a cross, leave gaps between them",
    )
    wide_scales: tuple[float, ...] = tuned(
        (0.95, 1.05), unit="ratio", found="as the ring; 0.93 and 1.07 lose two more"
    )
    aside: float = tuned(
        -0.8, unit="pixels to the right a degree", found="mates turned by 1° on both sets"
    )
    glimpse_least: float = tuned(0.02, unit="share", found="a pose that weighs less is left out")
    asked_words: tuple[int, int, int] = tuned(
        (2, 4, 16),
        unit="words made of 8, 8 and 16",
        found="2 of 8 lose as few mates as 3 words of which 60 % are asked, for less; at the last "
        "look, 8 of 16 put a stranger before 32 mates of 600, all 16 before 7",
    )
    asked_words_later: tuple[int, int] = tuned(
        (2, 8),
        unit="words made of 8 and 16",
        found="with more kept, none of 2,160 mates among 1,000,000 is lost; twice the words and "
        "less kept lost 2 and took a fifth longer",
    )
    kept: tuple[tuple[float, int], tuple[float, int]] = tuned(
        ((0.1, 4096), (0.006, 1024)),
        unit="share of references after each look, and how many at least",
        found="60 mates of 2,160 are left to the second round; where references are few, "
        "more cost little",
    )
    kept_later: tuple[tuple[float, int], tuple[float, int]] = tuned(
        ((0.2, 4096), (0.08, 1024)),
        unit="share of references after each look, and how many at least",
        found="with the next: of 4,860 mates among 1,000,000 three are lost",
    )
    looked_at_last: tuple[float, int] = tuned(
        (0.016, 1000),
        unit="share of references, and how many at least",
        found="as above; 0.05 before and 0.008 here lose ten",
    )
    run_share: float = tuned(
        0.7,
        unit="share of a segment",
        found="strangers among 0.7 of 1,000,000 take as long either way; among 0.9, 113 ms and 140",
    )
    screened_from: int = tuned(1000, unit="references", found="fewer are registered in 15 ms")
    certain: float = tuned(
        1e-5, unit="false-match rate", found="2 deviations below the best of 1,000,000 strangers"
    )
    empty_share: float = tuned(0.25, unit="share of a segment", found="copying 50,000 takes 50 ms")
    registered: int = tuned(
        12,
        unit="references",
        found="of 2,107 mates near the middle, 2,100 are among the 8 most alike of 500,000",
    )
    registered_later: tuple[float, int] = tuned(
        (0.0003, 48),
        unit="share of references, and how many at least",
        found="of 161 hard mates among 500,000, three are beyond it, which 0.0004 does not keep",
    )
    stranger: float = tuned(0.42, unit="share of bits", found="mean of non-mated quarters, Tongji")
    least_claim: float = tuned(
        1e-9, unit="false-match rate", found="no data at hand supports less, nor quite that"
    )
    stranger_mean: float = tuned(
        0.408, unit="share of bits", found="lower tail of non-mated comparisons on COEP"
    )
    stranger_deviation: float = tuned(
        0.0175,
        unit="share of bits",
        found="as its mean; on Tongji, 0.428 and 0.013, it is cautious",
    )


@attrs.frozen
class ServiceParameters:
    """The secure service: how sure, how long, how much."""

    identification_fmr: float = tuned(
        1e-6, unit="false-match rate", found="one false match in a million comparisons"
    )
    identification_margin: float = tuned(
        1.0, unit="decades", found="the second best person is ten times less like"
    )
    duplicate_fmr: float = tuned(
        1e-6,
        unit="false-match rate",
        found="as for identification: what it finds, it would mistake",
    )
    clock_window: float = tuned(60.0, unit="s", found="clocks kept by NTP, and a slow network")
    assertion_life: float = tuned(120.0, unit="s", found="one visit to a counter")
    activation_life: float = tuned(900.0, unit="s", found="unpack, mount and scan a code")
    envelope_captures: int = tuned(16, unit="captures", found="both palms, eight frames each")
    body_limit: int = tuned(8_000_000, unit="bytes", found="16 captures in base64, twice over")
    payment_given_up: float = tuned(
        600.0,
        unit="s",
        found="20 × the host's payment_seconds: a call past its deadline, or a paused machine, "
        "may still charge",
    )
    settle_every: float = tuned(5.0, unit="s", found="soon enough for a customer who waits")
    code_life: float = tuned(600.0, unit="s", found="an e-mail that is slow to come")
    code_tries: int = tuned(5, unit="tries", found="5 of 10⁶ codes guessed: 5·10⁻⁶")
    codes_an_hour: int = tuned(5, unit="codes/h", found="120 guesses a day: 6·10⁻⁴ at most")
    session_life: float = tuned(1800.0, unit="s", found="half an hour at the portal")
    idle_days: float = tuned(731.0, unit="days", found="two years, as customers are promised")
    idle_notice_days: float = tuned(30.0, unit="days", found="a holiday, and an e-mail read late")
    device_hours_kept: float = tuned(
        35 * 86400.0, unit="s", found="a month to look back on, and then some"
    )
    device_silent: float = tuned(180.0, unit="s", found="three reports that did not come")
    idle_turn: float = tuned(3600.0, unit="s", found="a day's precision is enough; 24 looks a day")


@attrs.frozen
class IntegrationParameters:
    """Other programs that speak with the secure service: how fast, how long, how often."""

    device_rate: float = tuned(
        50.0, unit="requests/s", found="a busy gate lets one person a second through"
    )
    key_rate: float = tuned(20.0, unit="requests/s", found="a tenant's program that pages through")
    address_rate: float = tuned(
        5.0, unit="requests/s", found="what nobody vouches for: activations, refusals, portal"
    )
    burst_seconds: float = tuned(4.0, unit="s", found="what may be spent at once after a pause")
    kept_reply_life: float = tuned(86_400.0, unit="s", found="a night's outage, retried by day")
    page_limit: int = tuned(100, unit="items", found="some 20 kB of JSON")
    webhook_seconds: float = tuned(10.0, unit="s", found="an answer that is only an acceptance")
    webhook_waits: tuple[float, ...] = tuned(
        (5.0, 30.0, 120.0, 600.0, 3600.0, 10_800.0, 36_000.0, 50_400.0),
        unit="s before each further try",
        found="Standard Webhooks: over a day, most of it after the first quarter hour",
    )
    webhook_at_once: int = tuned(4, unit="messages", found="slow receivers leave a thread free")
    webhook_every: float = tuned(1.0, unit="s", found="soon enough for a till")
    delivered_life: float = tuned(86_400.0, unit="s", found="to look at yesterday's")
    dead_life: float = tuned(30 * 86_400.0, unit="s", found="a month to mend a receiver")
    decision_seconds: float = tuned(2.0, unit="s", found="a person waits with an open palm")


@attrs.frozen
class CheckoutParameters:
    """From a basket to a receipt."""

    earn_every: int = tuned(100, unit="minor units a point", found="a point a euro")
    point_worth: int = tuned(1, unit="minor units a point", found="1 % back, as is usual")
    capture_tries: int = tuned(3, unit="captures", found="each given up only when it surely failed")
    tab_life: float = tuned(43_200.0, unit="s", found="a day at the shop, the stadium, the museum")
    points_life: float = tuned(
        7 * 86_400.0, unit="s", found="a programme's outage over a long week-end"
    )
    refundable: int = tuned(20, unit="payments", found="what fits a till's screen")


@attrs.frozen
class AccessParameters:
    """A site's policy, and where people are."""

    passback_minutes: float = tuned(10.0, unit="minutes", found="a card handed back over a fence")
    second_person_seconds: float = tuned(30.0, unit="s", found="two who walk to a door together")
    grant_seconds: float = tuned(
        30.0, unit="s", found="a turnstile's release and the record of it; then it counts as unused"
    )
    grants_kept: float = tuned(86_400.0, unit="s", found="a terminal that was cut off for a day")
    entries_in_page: int = tuned(200, unit="entries", found="what identity providers ask for")
    members: int = tuned(50_000, unit="members of a group", found="the staff of a large employer")


@attrs.frozen
class SyntheticParameters:
    """Making synthetic palms; tables of anatomy and colour are in ``synthetic/``."""

    atlas_scale: float = tuned(
        144.0, unit="pixels a palm width", found="a crop has 116, so its maps are sharper"
    )
    shape_jitter: float = tuned(
        0.055, unit="share", found="spread of finger lengths in ANSUR II, about 5 %"
    )
    web_radius: float = tuned(0.04, unit="palm widths", found="fits webs of whole-hand photographs")
    thumb_web: float = tuned(0.30, unit="palm widths below the index finger's web", found="by eye")
    valley_floor: float = tuned(0.04, unit="palm widths", found="as wide as webs are round")
    outline_smoothing: float = tuned(2.5, unit="map pixels", found="removes the raster's steps")
    fate_line_share: float = tuned(0.55, unit="share", found="by eye on real palms")
    joined_start_share: float = tuned(
        0.7, unit="share", found="head and life line start together in most palms"
    )
    line_shape_jitter: float = tuned(0.12, unit="share of the bulge", found="by eye")
    line_wobble: float = tuned(0.006, unit="crop sides", found="by eye")
    line_jag: float = tuned(0.0022, unit="crop sides", found="by eye")
    strand_spread: float = tuned(0.012, unit="crop sides", found="by eye")
    wrinkle_count: tuple[int, int] = tuned(
        (5, 15), unit="count a crop", found="BézierPalm, ECCV 2022"
    )
    fine_wrinkle_count: tuple[int, int] = tuned((30, 90), unit="count a crop", found="by eye")
    stray_wrinkle_share: float = tuned(0.3, unit="share", found="by eye")
    crease_sigmas: tuple[float, float, float] = tuned(
        (0.8, 1.2, 1.8), unit="map pixels", found="hair-fine, fine, broad: .5, .9 and 1.6 mm"
    )
    ridge_scales: tuple[tuple[float, float, float], ...] = tuned(
        ((4.0, 2.4, 0.4), (7.5, 4.5, 0.7), (13.0, 7.0, 0.5)),
        unit="map pixels: period, length; share",
        found="spectrum of real crops, by eye",
    )
    shortest_ridge: float = tuned(3.5, unit="pixels a period", found="filters keep their shape")
    ridge_grain: float = tuned(0.8, unit="share of the folds", found="by eye on real crops")
    ridge_field_jitter: float = tuned(0.35, unit="radians", found="by eye")
    ridge_patch_size: float = tuned(60.0, unit="map pixels", found="by eye")
    ridge_patchiness: float = tuned(0.45, unit="log strength", found="by eye")
    mottle_sizes: tuple[float, ...] = tuned((9.0, 20.0, 45.0), unit="map pixels", found="by eye")
    vein_leaves: int = tuned(80, unit="count", found="published vein trees")
    vein_radius: float = tuned(
        1.05, unit="map pixels of a leaf", found="trunks of 80 leaves are 2.6 mm wide"
    )
    vein_trunk_jitter: float = tuned(0.07, unit="crop sides", found="by eye")
    vein_blur: tuple[float, float] = tuned(
        (2.5, 5.0), unit="map pixels, shallow and deep", found="scatter of 1–3 mm of skin"
    )
    edge_radius: float = tuned(0.19, unit="palm widths", found="half a finger's breadth")
    fold_blur: float = tuned(9.0, unit="map pixels", found="by eye on real crops")
    fold_height: float = tuned(0.035, unit="palm widths", found="by eye on real crops")
    mound_jitter: float = tuned(0.5, unit="share", found="by eye on real palms")
    ridge_height: float = tuned(2.5, unit="ratio to darkness", found="by eye on real crops")
    crease_height: float = tuned(10.0, unit="ratio to ridges", found="by eye on real crops")
    passing_mottle_size: float = tuned(24.0, unit="map pixels", found="by eye")
    passing_mottle: float = tuned(0.5, unit="spreads of the mottling", found="by eye")
    principal_owners: int = tuned(71, unit="count", found="lines never dry away as a whole")
    dry_remainder: float = tuned(0.12, unit="share of depth", found="by eye")
    level_bias: float = tuned(0.35, unit="half octaves", found="crops keep the full maps")
    smallest_level: int = tuned(6, unit="half octaves", found="a hand an eighth as large")
    forearm: float = tuned(6.0, unit="palm widths", found="leaves every frame")
    curl: float = tuned(0.06, unit="palm widths", found="fingers of a relaxed hand")
    finger_turns: tuple[float, float] = tuned(
        (0.15, 0.35),
        unit="shares of the finger: start, length",
        found="the palm stays, webs move a little",
    )
    finger_blend: float = tuned(0.05, unit="palm widths", found="smooth webs, by eye")
    focal_length: float = tuned(1.3, unit="frame heights", found="a lens of 42° across the rows")
    background_rgb: float = tuned(0.004, unit="linear light", found="a black, unlit background")
    background_nir: float = tuned(0.002, unit="linear light", found="a black, unlit background")
    exposure_target: float = tuned(0.40, unit="reflectance", found="skin at two thirds of white")
    exposure_share: float = tuned(0.6, unit="exponent", found="automatic exposure, incomplete")
    light_slant: float = tuned(0.75, unit="sine of the lamp's angle", found="by eye")
    light_wander: float = tuned(0.18, unit="shares of the frame", found="by eye")
    light_falloff: float = tuned(1.0, unit="share at a frame height", found="by eye")
    exposure_jitter: float = tuned(0.18, unit="log light", found="range of real crops")
    flush: float = tuned(0.6, unit="spreads of the mottling", found="by eye")
    tint_jitter: float = tuned(0.035, unit="log light", found="white balance of phones")
    gloss: float = tuned(0.06, unit="linear light", found="by eye")
    carelessness: float = tuned(0.22, unit="log spread", found="tail of mates on real crops")
    roll: float = tuned(6.0, unit="degrees", found="readers in use")
    tilt: float = tuned(5.0, unit="degrees", found="readers in use")
    shift: float = tuned(0.02, unit="frame heights", found="readers in use")
    scale: float = tuned(0.05, unit="log", found="readers in use")
    spread: float = tuned(2.0, unit="degrees", found="real hands on a reader")
    elasticity: float = tuned(0.008, unit="palm widths", found="mates on real crops")
    light: float = tuned(1.0, unit="share", found="by definition")
    dryness: tuple[float, float] = tuned((0.05, 0.20), unit="share of wrinkles", found="BézierPalm")
    fading: float = tuned(0.2, unit="log depth", found="real crops of one palm")
    rings: float = tuned(0.12, unit="probability", found="a guess")
    plasters: float = tuned(0.02, unit="probability", found="a guess")
    sleeves: float = tuned(0.3, unit="probability", found="a guess")
    blur: float = tuned(0.9, unit="pixels", found="real crops")
    noise: float = tuned(2.5, unit="grey levels", found="real crops")
    registration: float = tuned(0.012, unit="palm widths", found="error of found valleys")
    approach_seconds: tuple[float, float] = tuned((0.5, 0.8), unit="seconds", found="a guess")
    approach_size: float = tuned(0.6, unit="share of the hovering size", found="a guess")
    approach_defocus: float = tuned(2.0, unit="pixels", found="a guess")
    exposure_seconds: float = tuned(0.008, unit="seconds", found="an indoor shutter")
    sway: float = tuned(0.004, unit="shares of the frame", found="a hand held in the air")
    tremor: float = tuned(0.0004, unit="shares of the frame", found="physiological tremor")
    sway_degrees: float = tuned(0.6, unit="degrees", found="a hand held in the air")
    attack_samples: int = tuned(1_000_000, unit="samples", found="keeps attacks' light apart")
    print_black: float = tuned(0.04, unit="linear light", found="toner on office paper")
    print_gamma: float = tuned(0.85, unit="exponent", found="a flat print")
    print_saturation: float = tuned(0.7, unit="share", found="gamut of office printers")
    toner_nir: float = tuned(0.94, unit="share absorbed", found="carbon black")
    dye_nir: float = tuned(0.05, unit="share absorbed", found="dyes are clear near infrared")
    halftone_pitch: float = tuned(4.2, unit="picture pixels", found="106 lines an inch")
    halftone_depth: float = tuned(0.35, unit="share", found="by eye")
    paper_border: float = tuned(0.06, unit="picture heights", found="an office printer's margin")
    paper_exposure: float = tuned(0.8, unit="share", found="a camera that meets bright paper")
    bezel: float = tuned(0.03, unit="picture heights", found="telephones")
    screen_pitch: tuple[float, float] = tuned((1.3, 2.3), unit="frame pixels", found="moiré zone")
    screen_grid: float = tuned(0.35, unit="share", found="by eye")
    screen_brightness: float = tuned(1.15, unit="share", found="by eye")
    pane_nir: float = tuned(0.015, unit="linear light", found="screens do not emit there")


@attrs.frozen
class HostParameters:
    """Loading plugins and calling what they provide."""

    load_seconds: float = tuned(10.0, unit="s", found="ten times a plugin that loads OpenCV")
    camera_seconds: float = tuned(10.0, unit="s", found="twice a slow USB camera's opening")
    card_reader_seconds: float = tuned(60.0, unit="s", found="a customer looks for the card")
    liveness_seconds: float = tuned(2.0, unit="s", found="what a customer waits without asking")
    payment_seconds: float = tuned(30.0, unit="s", found="the usual time-out of card networks")
    loyalty_seconds: float = tuned(5.0, unit="s", found="an offer is not worth a longer queue")
    door_seconds: float = tuned(5.0, unit="s", found="then the host is asked to step aside")
    directory_seconds: float = tuned(60.0, unit="s", found="100 000 people in pages of 500")
    notifier_seconds: float = tuned(10.0, unit="s", found="a mail server that greets slowly")
    grace_seconds: float = tuned(1.0, unit="s", found="added where the call names its own time-out")
    calls_at_once: int = tuned(64, unit="calls", found="threads that one stuck provider may hold")
    observer_backlog: int = tuned(1000, unit="events", found="a minute of a busy gate")


@attrs.frozen
class DeviceParameters:
    """What a person meets at the terminal."""

    steady_frames: int = tuned(5, unit="frames", found="liveness and the vault see so many")
    dwell: float = tuned(
        0.25,
        unit="s",
        found="no crossing hand stays so long; 30 frames/s give eight to choose from",
    )
    still_drift: float = tuned(
        0.12, unit="crop sides", found="1 cm within the dwell; a hand in the air sways by 0.04"
    )
    still_speed: float = tuned(
        1.2, unit="crop sides/s", found="10 cm/s: the place of a palm is found within 0.03 sides"
    )
    leaving_speed: float = tuned(2.0, unit="crop sides/s", found="above still_speed: hysteresis")
    still_turn: float = tuned(60.0, unit="degrees/s", found="a third of the filters' step a frame")
    moving_frames: int = tuned(4, unit="frames", found="together as far as is followed")
    moving_apart: float = tuned(
        0.031, unit="of the frame's height", found="a third of the way that is followed best"
    )
    thumbnail: int = tuned(32, unit="pixels", found="a finger covers one; 0.2 ms")
    empty_change: int = tuned(6, unit="grey levels", found="noise of a pixel of it stays below 2")
    prompt_frames: int = tuned(3, unit="frames", found="a prompt that flickers is not read")
    patience: float = tuned(30.0, unit="s", found="longer than a first attempt with prompts")
    clear_frames: int = tuned(3, unit="frames", found="one empty frame may be a missed hand")
    frame_wait: float = tuned(1.0, unit="s", found="30 frames at 30 frames/s")
    card_wait: float = tuned(0.5, unit="s", found="how soon a cancellation is noticed")
    sealed_captures: int = tuned(3, unit="captures", found="the best of the steady frames")
    enrolled_captures: int = tuned(5, unit="captures", found="all of the steady frames")
    choice_wait: float = tuned(
        15.0, unit="s", found="four lines are read and one is touched; the queue waits meanwhile"
    )
    choice_most: float = tuned(60.0, unit="s", found="half of an assertion's life")
    choice_look: float = tuned(0.2, unit="s", found="how soon a cancellation is noticed")
    cloud_wait: float = tuned(
        5.0, unit="s", found="a queue at a gate waits no longer; then the door's policy decides"
    )
    attempts: int = tuned(3, unit="requests", found="with one idempotency key, so it happens once")
    settle_wait: float = tuned(1.0, unit="s", found="between looks at a payment that is unknown")
    report_every: float = tuned(60.0, unit="s", found="soon enough for who looks after a site")
    answer_shown: float = tuned(4.0, unit="s", found="long enough to read two lines")
    examined_frames: int = tuned(20, unit="frames", found="a steady frame rate in a second")
    camera_wait: float = tuned(5.0, unit="s", found="USB cameras open their eye within 2 s")
    service_wait: float = tuned(5.0, unit="s", found="a slow network, once")
    least_frames: float = tuned(15.0, unit="frames/s", found="steady frames within a third of 1 s")
    least_disk: float = tuned(100.0, unit="MB", found="a year of what waits for the service")
    least_light: float = tuned(60.0, unit="grey levels", found="where quality begins to fall")
    most_clipped: float = tuned(0.2, unit="share of the picture", found="a lamp in view is less")
    most_look: float = tuned(60.0, unit="ms", found="15 frames/s on one core")
    outline_points: int = tuned(160, unit="points", found="smooth on a 4K screen, by eye")


@attrs.frozen
class EvaluationParameters:
    """Measuring error rates; none changes a rate itself."""

    resamples: int = tuned(1000, unit="resamples", found="enough for 95 % percentiles")
    bootstrap_cells: int = tuned(2_000_000, unit="weights", found="16 MB an array, in cache")
    eer_tail: int = tuned(
        50_000, unit="impostor scores", found="moved the ends of 95 % intervals by under 1 %"
    )
    timed: int = tuned(40, unit="images or probes", found="a steady median in a second")
    worst_pairs: int = tuned(12, unit="pairs", found="one screen of pictures")
    calibration_step: float = tuned(0.05, unit="decades", found="finer than any reading of it")


@attrs.frozen
class LivenessParameters:
    """Telling a living palm from an artefact; set on synthetic palms 0 to 59 alone."""

    pattern_patch: float = tuned(0.7, unit="crop sides", found="skin only, also when tilted")
    pattern_side: tuple[int, int] = tuned(
        (48, 128), unit="pixels, least and most", found="ten periods of a coarse halftone; 3 ms"
    )
    pattern_point: float = tuned(0.8, unit="spectrum bins", found="the width of the window's peak")
    pattern_surroundings: float = tuned(
        3.0, unit="spectrum bins", found="best of 3, 5 and 8 between living palms and attacks"
    )
    pattern_frequencies: tuple[float, float] = tuned(
        (0.10, 0.50), unit="cycles a pixel", found="finer than creases, coarser than the sensor"
    )
    pattern_limit: float = tuned(
        1.38,
        unit="log10",
        found="midway: living palms reach 1.17, prints and screens start at 1.59",
    )
    pattern_spread: float = tuned(0.1, unit="log10", found="for the score alone")
    colour_limit: float = tuned(
        0.88, unit="green over red", found="midway: living palms reach 0.77, grey prints have 1"
    )
    colour_spread: float = tuned(0.03, unit="ratio", found="for the score alone")
    likeness_limit: float = tuned(
        0.87, unit="correlation", found="midway: living palms reach 0.80, prints start at 0.93"
    )
    likeness_spread: float = tuned(0.03, unit="correlation", found="for the score alone")
    surround_percentile: float = tuned(20.0, unit="percent", found="a hand leaves this much free")
    surround_limit: float = tuned(
        0.25,
        unit="share of the palm's brightness",
        found="midway: behind living palms at most 0.08, on sheets at least 0.44",
    )
    surround_spread: float = tuned(0.05, unit="share", found="for the score alone")
    glare_palm: float = tuned(0.6, unit="crop sides", found="the palm alone")
    glare_hand: float = tuned(1.5, unit="crop sides", found="the hand, and what is between fingers")
    glare_level: int = tuned(245, unit="grey levels", found="white; skin is never blue enough")
    glare_limit: float = tuned(
        0.002, unit="share of pixels", found="living palms have none; screens 0.01 where seen"
    )
    glare_spread: float = tuned(0.0005, unit="share of pixels", found="for the score alone")
    hand_reach: float = tuned(2.1, unit="crop sides", found="fingertips reach 1.9")
    border_side: int = tuned(48, unit="pixels", found="thin lines survive; 2 ms")
    border_edges: tuple[int, int] = tuned((40, 100), unit="grey levels", found="paper on dark")
    border_shortest: float = tuned(0.8, unit="crop sides", found="shorter ones are in every room")
    border_limit: float = tuned(
        0.7, unit="crop sides", found="midway: none beside living palms, prints start at 1.38"
    )
    border_spread: float = tuned(0.15, unit="crop sides", found="for the score alone")
    plane_points: int = tuned(30, unit="points", found="a homography takes four")
    plane_rows: int = tuned(480, unit="pixels", found="the height at which it was set")
    plane_travel: tuple[float, float] = tuned(
        (20.0, 70.0), unit="pixels", found="less shows no depth, more is not followed"
    )
    plane_error: float = tuned(
        0.6, unit="pixels", found="best of 0.4 to 1.5 between hands and photographs"
    )
    plane_return: float = tuned(0.5, unit="pixels", found="points that are followed well")
    plane_limit: float = tuned(
        0.77, unit="share of points", found="hands reach 0.72, photographs from 0.78, 1 of 21 less"
    )
    plane_spread: float = tuned(0.025, unit="share of points", found="for the score alone")
    plane_hint: float = tuned(
        0.55, unit="score", found="refuses with one other hint, such as an edge beside the hand"
    )
    flash_least: float = tuned(
        0.2, unit="share of light", found="midway: skin 0.4 and more, screens below 0.05"
    )
    flash_spread: float = tuned(0.05, unit="share of light", found="for the score alone")
    flash_around: float = tuned(
        0.06, unit="share of the palm's light", found="behind living palms 0.01, sheets from 0.18"
    )
    flash_around_spread: float = tuned(0.015, unit="share", found="for the score alone")
    hint: float = tuned(0.4, unit="score", found="two hints pass, three do not")
    fused_limit: float = tuned(
        0.7, unit="score", found="living palms reach 0.45; three hints are 0.78"
    )


@attrs.frozen
class BenchParameters:
    """Palms made for measuring speed and recall; fitted to the Tongji development set."""

    spectrum: tuple[tuple[float, float], ...] = tuned(
        (
            *((0.0, 37.0), (0.025, 37.0), (0.075, 18.0), (0.125, 24.0), (0.175, 34.0)),
            *((0.225, 37.0), (0.275, 34.0), (0.325, 21.7), (0.375, 15.3), (0.425, 11.6)),
            *((0.475, 8.9), (0.525, 6.45), (0.575, 4.65), (0.65, 3.2), (0.75, 2.13)),
            *((0.85, 1.46), (0.95, 1.06), (1.1, 0.67), (1.35, 0.35), (1.75, 0.135)),
            *((2.6, 0.022), (4.5, 0.005)),
        ),
        unit="radians a pixel, power",
        found="mean over the relief of 200 palms",
    )
    captured_alike: tuple[tuple[float, float], ...] = tuned(
        ((0.0, 0.89), (0.35, 0.87), (0.55, 0.82), (1.0, 0.6), (4.5, 0.1)),
        unit="radians a pixel, share of power",
        found="bits that differ between registered mates: lines, texture",
    )
    palms_alike: tuple[tuple[float, float], ...] = tuned(
        ((0.0, 0.28), (0.3, 0.28), (0.55, 0.17), (1.0, 0.02), (4.5, 0.0)),
        unit="radians a pixel, share of power",
        found="non-mated distances of one hand and of two; mean of each bit at each cell",
    )
    grain: tuple[tuple[float, float], tuple[float, float]] = tuned(
        ((-0.15, 0.2), (0.45, 0.25)),
        unit="log power by cos 2φ and by sin 2φ: mean, deviation",
        found="second harmonic of each palm's spectrum, 200 palms",
    )
    wander: float = tuned(4.5, unit="pixels", found="non-mated distances of one hand")
    loudness: float = tuned(0.5, unit="log, at most", found="percentiles of mated distances")
    patchiness: float = tuned(0.45, unit="log", found="deviation between a pair's quarters")
    shift: float = tuned(0.42, unit="cells", found="poses of mates")
    shift_freedom: float = tuned(4.5, unit="degrees of freedom", found="kurtosis of mates' shifts")
    turn: float = tuned(1.0, unit="degrees", found="poses of mates")
    turn_freedom: float = tuned(
        4.0, unit="degrees of freedom", found="mates beyond 4.5°, both sets"
    )
    zoom: tuple[float, float] = tuned(
        (-0.004, 0.016),
        unit="log: mean, deviation",
        found="mates at 0.92 and at 1.08: Tongji 13.6 %, 0.9 %; COEP 11.9 %, 0; here 15.4 %, 1.4 %",
    )
    hinge: float = tuned(
        18.0, unit="cells above the middle", found="mates turned by 1° are 0.2 cells aside"
    )
    farthest: tuple[float, float] = tuned(
        (3.0, 6.5), unit="cells, degrees", found="no mate of either set was farther"
    )
    stretch: float = tuned(0.012, unit="share", found="give of mates' quarters")
    strangers: float = tuned(0.1, unit="share of queries", found="100 of 1,000 queries")
    full_comparisons: int = tuned(
        2_000_000, unit="comparisons", found="a minute and a half on two cores"
    )
    rival_queries: int = tuned(5, unit="queries", found="a steady median")
    rival_comparisons: int = tuned(50_000_000, unit="comparisons", found="2 s a query on two cores")


@attrs.frozen
class StoreParameters:
    """Keeping a gallery on disk."""

    block: int = tuned(
        1024, unit="references", found="one enrolment writes at most 1.2 MB; 1,000 files a million"
    )


@attrs.frozen
class RayParameters:
    """Matching on a cluster."""

    start_seconds: float = tuned(60.0, unit="s", found="a machine that has just joined")
    answer_seconds: float = tuned(
        30.0, unit="s", found="a thousand times a search; then the replica counts as lost"
    )
    copied_at_once: int = tuned(8192, unit="references", found="10 MB a message")
    again_seconds: float = tuned(
        1.0, unit="s", found="a machine's loss is noticed in a few seconds; doubled each time"
    )
    again_seconds_at_most: float = tuned(
        30.0, unit="s", found="a machine that comes back is used within half a minute"
    )


CAPTURE = CaptureParameters()
SYNTHETIC = SyntheticParameters()
SIGNATURE = SignatureParameters()
MATCHING = MatchingParameters()
EVALUATION = EvaluationParameters()
SERVICE = ServiceParameters()
INTEGRATION = IntegrationParameters()
CHECKOUT = CheckoutParameters()
HOST = HostParameters()
DEVICE = DeviceParameters()
LIVENESS = LivenessParameters()
BENCH = BenchParameters()
STORE = StoreParameters()
RAY = RayParameters()
ACCESS = AccessParameters()


def describe() -> Iterator[tuple[str, str, object, str, str]]:
    """Each number as (group, name, value, unit, how it was found)."""
    for group in (
        CAPTURE,
        SYNTHETIC,
        SIGNATURE,
        MATCHING,
        SERVICE,
        INTEGRATION,
        CHECKOUT,
        HOST,
        DEVICE,
        EVALUATION,
        LIVENESS,
        BENCH,
        STORE,
        RAY,
        ACCESS,
    ):
        for field in attrs.fields(type(group)):
            yield (
                type(group).__name__,
                field.name,
                getattr(group, field.name),
                field.metadata["unit"],
                field.metadata["found"],
            )
