"""Ada deletes her palm, and the deletion is proven."""

from __future__ import annotations

from thenar.demo.proof import found, traces_of
from thenar.demo.steps import Step, hold
from thenar.demo.world import World
from thenar.device.forget import forget
from thenar.device.pay import pay
from thenar.records import Hand, Money, PaymentState


def ada_deletes(world: World) -> str:
    """What must be gone afterwards is noted first, from the service's own files."""
    hold("Ada" in world.subjects, "Ada to be enrolled")
    world.palms_before = world.cloud.ready().palms
    traces = world.traces = traces_of(world.places.cloud, world.subjects["Ada"])
    hold(traces.templates and traces.keys, "a template and a key in the files before")
    pieces = len(list(traces.pieces()))
    hold(found(world.places.cloud, traces) == pieces, "to find all of it there before")
    world.show(world.person(1).palm(Hand.RIGHT))
    forgotten = forget(world.terminal)
    state = forgotten.state if forgotten else "not recognised"
    hold(state == "forgotten", f"Ada to be forgotten, got {state}")
    return state


def gone_from_the_gallery(world: World) -> str:
    """One palm less to compare with."""
    left = world.cloud.ready().palms
    hold(left == world.palms_before - 1, f"{world.palms_before - 1} palms left, got {left}")
    return f"{world.palms_before} palms before, {left} now"


def gone_from_the_files(world: World) -> str:
    """No piece of template, key or link in any file of the service, logs included."""
    hold(world.traces is not None, "the deletion to have begun")
    if world.traces is None:
        return ""
    left = found(world.places.cloud, world.traces)
    pieces = len(list(world.traces.pieces()))
    hold(left == 0, f"none of {pieces} pieces in the service's files, found {left}")
    return f"none of {pieces} pieces of ciphertext and key is left in any file"


def not_recognised_any_more(world: World) -> str:
    """The same palm is a stranger's now."""
    world.show(world.person(1).palm(Hand.RIGHT))
    hold(pay(world.terminal, Money(100, "EUR")) is None, "Ada not to be recognised any more")
    return "not recognised"


def ben_is_still_known(world: World) -> str:
    """Forgetting one person does not touch another."""
    world.show(world.person(2).palm(Hand.RIGHT))
    payment = pay(world.terminal, Money(100, "EUR"))
    state = payment.state if payment else "not recognised"
    hold(state is PaymentState.CAPTURED, f"Ben to pay as before, got {state}")
    return "EUR 1.00 captured"


def nothing_on_the_terminal(world: World) -> str:
    """The terminal's folder holds its key, and decisions that wait; no pictures."""
    kept = sorted(path.name for path in world.places.device.rglob("*") if path.is_file())
    hold(kept == ["device.json"], f"nothing but the terminal's key, got {', '.join(kept)}")
    return f"only {kept[0]} is on its disk"


STEPS = (
    Step("Ada deletes her palm at the terminal", ada_deletes),
    Step("Proof: her palm is gone from the gallery", gone_from_the_gallery),
    Step("Proof: template, key and links are gone from the files", gone_from_the_files),
    Step("Proof: her palm is not recognised any more", not_recognised_any_more),
    Step("Ben is still recognised", ben_is_still_known, synthetic=True),
    Step("The terminal kept no picture and no template", nothing_on_the_terminal),
)
