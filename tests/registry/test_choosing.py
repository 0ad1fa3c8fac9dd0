"""Drivers, doors, offers and checks: how many are used, and what a failure does."""

from types import SimpleNamespace

import attrs
import pytest

import thenar
from thenar.errors import (
    DoorError,
    PluginConflict,
    PluginDeadline,
    PluginFailed,
    PluginMissing,
    SettingsError,
)
from thenar.records import (
    AttackCheck,
    Decision,
    LoyaltyAccount,
    OfflinePolicy,
    Passage,
    PluginState,
    Provider,
)
from thenar.registry import Installed, Registry
from thenar.settings import Settings


@attrs.frozen
class GateSettings:
    address: str
    lanes: int = 1
    password: str = attrs.field(default="", repr=False)


class Gate:
    offline = OfflinePolicy.FAIL_CLOSED

    def __init__(self, settings):
        self.settings = settings
        self.closed = 0

    def ask(self, passage):
        return Decision(allow=True, reason=f"{self.settings.address}:{self.settings.lanes}")

    def open(self, decision):
        if decision.reason == "jam":
            raise DoorError("jammed")

    def close(self):
        self.closed += 1


class Check:
    def check(self, frames, crops):
        return AttackCheck("warm", passed=True, score=0.1)


class Club:
    def look_up(self, member):
        return LoyaltyAccount("club", member, 3)

    def accrue(self, member, points, *, idempotency_key):
        return LoyaltyAccount("club", member, 3 + points)

    def redeem(self, member, points, *, idempotency_key):
        return LoyaltyAccount("club", member, 3 - points)


def plugin(**hooks):
    """A plugin object with the given providers a hook."""
    made = type("Plugin", (), {"THENAR_API": 1})
    for hook, providers in hooks.items():
        answer = thenar.hookimpl(lambda providers=providers: providers, specname=hook)
        setattr(made, hook, staticmethod(answer))
    return made


def broken(_settings):
    raise OSError("cable unplugged")


PASSAGE = Passage("north", "subject", "ticket", 0.0, "request")


def test_driver_is_the_one_named_and_is_made_once(thenar_register, thenar_registry):
    made = []

    def make(settings):
        made.append(settings)
        return Check()

    providers = [Provider("a", make=make), Provider("b", make=broken)]
    thenar_register(plugin(thenar_notifiers=[Provider("m", make=make_notifier)]), "acme-mail")
    thenar_register(plugin(thenar_liveness=providers[:1]), "acme-live")
    registry = thenar_registry('drivers.notifier = "m"')
    assert registry.driver("notifier") is registry.driver("notifier")
    assert registry.all_of("liveness")["a"] is registry.all_of("liveness")["a"]
    assert len(made) == 1


def make_notifier(_settings):
    return SimpleNamespace(send=lambda message: None)


def test_failing_driver_is_told_with_plugin_and_version_and_no_other_is_tried(
    thenar_register, thenar_registry
):
    tried = []

    def other(settings):
        tried.append(settings)
        return make_notifier(settings)

    providers = [Provider("bad", make=broken), Provider("good", make=other)]
    thenar_register(plugin(thenar_notifiers=providers), "acme-mail", "3.1")
    registry = thenar_registry('drivers.notifier = "bad"')
    with pytest.raises(PluginFailed, match=r"acme-mail 3\.1: notifier\.bad: make") as told:
        registry.driver("notifier")
    assert (told.value.plugin, told.value.version) == ("acme-mail", "3.1")
    assert not tried


def test_driver_that_failed_is_made_again_when_asked_again(thenar_register, thenar_registry):
    attempts = []

    def flaky(settings):
        attempts.append(settings)
        return broken(settings) if len(attempts) == 1 else make_notifier(settings)

    thenar_register(plugin(thenar_notifiers=[Provider("m", make=flaky)]), "acme-mail")
    registry = thenar_registry('drivers.notifier = "m"')
    with pytest.raises(PluginFailed):
        registry.driver("notifier")
    assert registry.driver("notifier")


def test_driver_that_nobody_provides_says_which_there_are(thenar_register, thenar_registry):
    thenar_register(plugin(thenar_notifiers=[Provider("mail", make=make_notifier)]), "acme-mail")
    with pytest.raises(PluginMissing, match=r"notifier 'sms'; available: mail \(acme-mail\)"):
        thenar_registry('drivers.notifier = "sms"').driver("notifier")
    with pytest.raises(PluginMissing, match=r"name no notifier; available: mail"):
        thenar_registry().driver("notifier")


def test_driver_named_by_the_caller_wins(thenar_register, thenar_registry):
    providers = [Provider("a", make=broken), Provider("b", make=make_notifier)]
    thenar_register(plugin(thenar_notifiers=providers), "acme-mail")
    registry = thenar_registry('drivers.notifier = "a"')
    assert "notifier.b of acme-mail" in repr(registry.driver("notifier", "b"))


def test_driver_that_lacks_a_method_is_refused(thenar_register, thenar_registry):
    thenar_register(plugin(thenar_doors=[Provider("gate", make=lambda s: Check())]), "acme-gate")
    registry = thenar_registry('[doors.north]\nprovider = "gate"')
    with pytest.raises(PluginFailed, match=r"lacks offline, ask, open, close of .*Door"):
        registry.door("north")


def test_driver_that_takes_too_long_to_make(thenar_register, thenar_registry):
    import threading

    forever = Provider("m", make=lambda settings: threading.Event().wait())
    thenar_register(plugin(thenar_notifiers=[forever]), "acme-mail")
    registry = thenar_registry('plugins.load_seconds = 1\ndrivers.notifier = "m"')
    with pytest.raises(PluginDeadline, match=r"acme-mail 0: notifier\.m: make gave no answer"):
        registry.driver("notifier")


DOORS = """
[doors.north]
provider = "gate"
address = "10.0.0.1"
lanes = 2
[doors.south]
provider = "gate"
address = "10.0.0.2"
"""


def test_each_door_has_its_own_provider_and_settings(thenar_register, thenar_registry):
    gates = [Provider("gate", make=Gate, settings=GateSettings)]
    thenar_register(plugin(thenar_doors=gates), "acme-gate")
    registry = thenar_registry(DOORS)
    assert list(registry.settings.doors) == ["north", "south"]
    assert registry.door("north").ask(PASSAGE).reason == "10.0.0.1:2"
    assert registry.door("south").ask(PASSAGE).reason == "10.0.0.2:1"
    assert registry.door("south").offline is OfflinePolicy.FAIL_CLOSED
    with pytest.raises(PluginMissing, match=r"no door 'west'; there are: north, south"):
        registry.door("west")


def test_wrong_settings_of_a_driver_are_told_with_line_and_known_keys(
    thenar_register, thenar_registry
):
    gates = [Provider("gate", make=Gate, settings=GateSettings)]
    thenar_register(plugin(thenar_doors=gates), "acme-gate")
    registry = thenar_registry('[doors.north]\nprovider = "gate"\nadress = "10.0.0.1"\n')
    with pytest.raises(SettingsError) as told:
        registry.door("north")
    assert "line 3, [doors.north] adress: unknown key" in str(told.value)
    assert "known are address, lanes, password" in str(told.value)
    assert "[doors.north] address: missing; expected a string" in str(told.value)


def test_settings_class_that_cannot_be_read_is_the_plugins_fault(thenar_register, thenar_registry):
    @attrs.frozen
    class Odd:
        value: "NoSuchType"  # noqa: F821

    thenar_register(
        plugin(thenar_notifiers=[Provider("m", make=make_notifier, settings=Odd)]), "acme-mail"
    )
    with pytest.raises(PluginFailed, match=r"acme-mail 0: notifier\.m: settings raised NameError"):
        thenar_registry('drivers.notifier = "m"').driver("notifier")


def test_failing_offer_is_dropped_and_reported_while_the_others_stand(
    thenar_register, thenar_registry, caplog
):
    good = plugin(thenar_loyalty=[Provider("club", make=lambda settings: Club())])
    bad = plugin(
        thenar_loyalty=[
            Provider("stamps", make=broken),
            Provider("tier", make=Club, settings=GateSettings),
        ],
        thenar_liveness=[Provider("warm", make=lambda settings: Check())],
    )
    thenar_register(good, "acme-club")
    thenar_register(bad, "acme-stamps", "0.2")
    registry = thenar_registry()
    assert list(registry.offers("loyalty")) == ["club"]
    assert registry.offers("loyalty")["club"].look_up("7").member == "7"
    (line,) = [one for one in registry.status() if one.plugin == "acme-stamps"]
    assert line.state is PluginState.ACTIVE
    assert "loyalty.stamps: make raised OSError: cable unplugged" in line.reason
    assert "[loyalty.tier] address: missing" in line.reason
    assert line.provides == {"thenar_liveness": ("warm",)}
    assert "loyalty.stamps is not used" in caplog.text


def test_making_what_has_a_secret_setting_tells_no_text_of_the_plugins(
    thenar_register, thenar_registry
):
    def make(settings):
        raise ValueError(f"cannot log in with {settings.password}")

    gates = [Provider("gate", make=make, settings=GateSettings)]
    thenar_register(plugin(thenar_doors=gates), "acme-gate")
    text = '[doors.a]\nprovider = "gate"\naddress = "x"\npassword = "hunter2"\n'
    with pytest.raises(PluginFailed, match=r"make raised ValueError\.") as told:
        thenar_registry(text).door("a")
    assert told.value.__cause__ is None


def test_every_enabled_check_is_run_and_a_failing_one_refuses(thenar_register, thenar_registry):
    checks = [Provider("warm", make=lambda settings: Check()), Provider("deep", make=broken)]
    thenar_register(plugin(thenar_liveness=checks[:1]), "acme-warm")
    assert "warm" in thenar_registry().all_of("liveness")
    thenar_register(plugin(thenar_liveness=checks[1:]), "acme-deep")
    with pytest.raises(PluginFailed, match=r"acme-deep 0: liveness\.deep"):
        thenar_registry().all_of("liveness")


def test_conflicting_checks_refuse(thenar_register, thenar_registry):
    for name in ("acme-warm", "other-warm"):
        thenar_register(
            plugin(thenar_liveness=[Provider("warm", make=lambda settings: Check())]), name
        )
    with pytest.raises(PluginConflict, match="acme-warm 0 and other-warm 0"):
        thenar_registry().all_of("liveness")


def test_plugin_that_did_not_load_could_have_brought_a_check(thenar_register, thenar_registry):
    warm = plugin(thenar_liveness=[Provider("warm", make=lambda settings: Check())])
    thenar_register(warm, "acme-warm")
    thenar_register(object(), "acme-broken")
    with pytest.raises(PluginFailed, match="acme-broken 0: not loaded, and could have brought"):
        thenar_registry().all_of("liveness")
    named = thenar_registry('drivers.liveness = ["warm"]')
    assert "warm" in named.all_of("liveness")
    with pytest.raises(PluginMissing, match="liveness 'deep'"):
        thenar_registry('drivers.liveness = ["warm", "deep"]').all_of("liveness")


def test_program_brings_its_own_plugins(thenar_no_discovery):
    own = Installed.of(
        plugin(thenar_notifiers=[Provider("m", make=make_notifier)]), name="own", version="9"
    )
    registry = Registry.load(Settings.of({"drivers": {"notifier": "m"}}), plugins=False, also=[own])
    assert "notifier.m of own 9" in repr(registry.driver("notifier"))


def test_tables_that_nobody_reads_are_told(thenar_register, thenar_registry):
    thenar_register(plugin(thenar_notifiers=[Provider("mail", make=make_notifier)]), "acme-mail")
    registry = thenar_registry("[notifier.mial]\n\n[notifier.mail]\n")
    assert registry.unread_tables() == ("settings, line 1, [notifier.mial]",)


def test_closing_closes_what_was_made_even_if_one_fails(thenar_register, thenar_registry, caplog):
    class Stuck(Gate):
        def close(self):
            raise OSError("hand in the gate")

    gates = []

    def make(kind):
        def made(settings):
            gates.append(kind(settings))
            return gates[-1]

        return made

    providers = [
        Provider("stuck", make=make(Stuck), settings=GateSettings),
        Provider("gate", make=make(Gate), settings=GateSettings),
    ]
    thenar_register(plugin(thenar_doors=providers), "acme-gate")
    text = '[doors.a]\nprovider="stuck"\naddress="x"\n[doors.b]\nprovider="gate"\naddress="y"\n'
    with thenar_registry(text) as registry:
        registry.door("a")
        registry.door("b")
    assert [gate.closed for gate in gates] == [0, 1]
    assert "did not close" in caplog.text
    assert "hand in the gate" not in caplog.text


def test_thenars_own_drivers_keep_their_promises(thenar_registry):
    registry = thenar_registry()
    assert registry.driver("signature").algorithm == "blocks"
    assert len(registry.driver("matcher").gallery()) == 0
    assert all(
        repr(check).startswith("<liveness.") for check in registry.all_of("liveness").values()
    )
    assert {timing.method for timing in registry.timings()} >= {"make", "algorithm", "gallery"}
