"""Each plugin stands or falls by itself, and the reason is told."""

import pytest

import thenar
from thenar.errors import PluginConflict, PluginMissing
from thenar.records import PluginState

HEAD = """
import thenar
from thenar.records import Provider
THENAR_API = 1
"""

GOOD = """
    class Camera:
        def open(self):
            raise NotImplementedError

    @thenar.hookimpl
    def thenar_cameras():
        return [Provider("good", make=lambda settings: Camera())]
"""


def status_of(registry, name):
    (line,) = [line for line in registry.status() if line.plugin == name]
    return line


def one(hook, body="return []", *, mark="@thenar.hookimpl", arguments=""):
    return f"{mark}\ndef {hook}({arguments}):\n    {body}\n"


def test_installed_is_not_enabled_and_not_even_imported(install, load):
    install("acme-good", "raise RuntimeError('imported')")
    line = status_of(load(), "acme-good")
    assert line.state is PluginState.OFF
    assert line.version == "1.0"
    assert not line.provides


def test_enabled_plugin_is_active_with_what_it_provides(install, load):
    install("acme-good", GOOD, version="2.5")
    line = status_of(load("acme-good"), "acme-good")
    assert (line.state, line.reason, line.version) == (PluginState.ACTIVE, "", "2.5")
    assert line.provides == {"thenar_cameras": ("good",)}


def test_names_compare_as_packages_do(install, load):
    install("Acme.Good", GOOD)
    assert status_of(load("acme_GOOD"), "acme-good").state is PluginState.ACTIVE


def test_own_providers_are_active_also_in_safe_mode(install, load):
    install("acme-good", GOOD)
    registry = load("acme-good", plugins=False)
    own = status_of(registry, "thenar")
    assert own.state is PluginState.ACTIVE
    assert "blocks" in own.provides["thenar_signatures"]
    assert own.provides["thenar_matchers"] == ("numpy", "ray")
    assert status_of(registry, "acme-good").state is PluginState.OFF


def test_enabled_but_not_installed_is_told(install, load):
    install("acme-good", GOOD)
    line = status_of(load("acme-missing", "acme-good"), "acme-missing")
    assert line.state is PluginState.FAILED
    assert "not installed" in line.reason
    assert "acme-good" in line.reason


FAULTS = {
    "import error": ("import a_module_that_is_not_there", "No module named"),
    "raises when imported": ("raise ValueError('out of paper')", "out of paper"),
    "leaves the program when imported": ("raise SystemExit(3)", "SystemExit"),
    "does not compile": ("def broken(:", "SyntaxError"),
    "raises in a hook": (one("thenar_cameras", "raise KeyError('no key')"), "no key"),
    "misnamed hook": (one("thenar_camera"), "rename it to 'thenar_cameras'"),
    "hook of a name like no other": (one("open_sesame"), "there is no hook 'open_sesame'"),
    "hook with an argument": (one("thenar_cameras", arguments="settings"), "takes no arguments"),
    "hook that is not marked": (
        one("thenar_cameras", mark="") + one("thenar_doors"),
        "put @thenar.hookimpl above",
    ),
    "no hook at all": ("cameras = []", "implements no hook"),
    "one provider, not in a list": (
        one("thenar_cameras", "return Provider('a', make=print)"),
        "must return a list of Provider records, got Provider",
    ),
    "something else in the list": (one("thenar_cameras", "return [print]"), "got list with"),
    "nothing returned": (one("thenar_cameras", "pass"), "thenar_cameras returned nothing"),
    "settings that are no attrs class": (
        one("thenar_cameras", "return [Provider('a', make=print, settings=dict)]"),
        "expected an attrs class",
    ),
    "a make that cannot be called": (
        one("thenar_cameras", "return [Provider('a', make=3)]"),
        "expected a callable",
    ),
    "a name that settings cannot hold": (
        one("thenar_cameras", "return [Provider('A b', make=print)]"),
        "lower-case letters",
    ),
    "the same name twice": (
        one("thenar_cameras", "return [Provider('a', make=print)] * 2"),
        "gives the name 'a' twice",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_broken_plugin_is_listed_with_its_reason_while_the_good_one_runs(install, load, fault):
    code, reason = FAULTS[fault]
    install("acme-good", GOOD, folder="good")
    install("acme-broken", code, version="0.3", folder="broken")
    registry = load("acme-broken", "acme-good")
    broken = status_of(registry, "acme-broken")
    assert broken.state is PluginState.FAILED
    assert reason in broken.reason
    assert broken.version == "0.3"
    assert status_of(registry, "acme-good").state is PluginState.ACTIVE
    assert registry.driver("camera", "good")


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ("THENAR_API = 2", "install a newer Thenar"),
        ("THENAR_API = 0", "install a newer release of the plugin"),
        ("", "declares no THENAR_API"),
        ("THENAR_API = '1'", "declares no THENAR_API"),
        ("THENAR_API = True", "declares no THENAR_API"),
    ],
)
def test_api_version_outside_the_window_is_refused_before_any_hook_runs(
    install, load, declared, reason
):
    head = f"import thenar\n{declared}\n"
    install("acme-good", GOOD, folder="good")
    install("acme-old", one("thenar_cameras", "raise RuntimeError('hook ran')"), head=head)
    registry = load("acme-old", "acme-good")
    line = status_of(registry, "acme-old")
    assert line.state is PluginState.REFUSED
    assert reason in line.reason
    assert status_of(registry, "acme-good").state is PluginState.ACTIVE


def test_window_of_api_versions_moves_on(install, load, monkeypatch):
    monkeypatch.setattr(thenar.hookspecs, "OLDEST_API_VERSION", 2)
    monkeypatch.setattr(thenar.hookspecs, "API_VERSION", 3)
    for version in (1, 2, 3, 4):
        head = HEAD.replace("THENAR_API = 1", f"THENAR_API = {version}")
        install(f"acme-{version}", one("thenar_cameras"), head=head, folder=f"site-{version}")
    registry = load(*(f"acme-{version}" for version in (1, 2, 3, 4)))
    states = {line.plugin: line.state for line in registry.status()}
    assert [states[f"acme-{version}"] for version in (1, 2, 3, 4)] == [
        PluginState.REFUSED,
        PluginState.ACTIVE,
        PluginState.ACTIVE,
        PluginState.REFUSED,
    ]


def test_slow_plugin_is_left_to_itself(install, load):
    install("acme-good", GOOD, folder="good")
    install("acme-slow", "import threading\nthreading.Event().wait()", folder="slow")
    registry = load("acme-good", "acme-slow", seconds=3)
    line = status_of(registry, "acme-slow")
    assert line.state is PluginState.FAILED
    assert "still loading after 3 s" in line.reason
    assert registry.driver("camera", "good")


def test_several_entry_points_of_one_distribution_are_one_plugin(install, load, tmp_path):
    install("acme-two", GOOD)
    more = "import thenar\nfrom thenar.records import Provider\nTHENAR_API = 1\n" + one(
        "thenar_liveness", "return [Provider('warm', make=print)]"
    )
    site = tmp_path / "site-packages"
    (site / "acme_two_more.py").write_text(more, encoding="utf-8")
    points = site / "acme_two-1.0.dist-info" / "entry_points.txt"
    points.write_text("[thenar]\na = acme_two\nb = acme_two_more\n", encoding="utf-8")
    line = status_of(load("acme-two"), "acme-two")
    assert line.provides == {"thenar_cameras": ("good",), "thenar_liveness": ("warm",)}


def test_conflict_names_both_packages_and_neither_is_used(install, load):
    install("acme-good", GOOD, version="1.1", folder="good")
    install("other-cams", GOOD.replace("Camera", "Lens"), version="7.0", folder="other")
    registry = load("acme-good", "other-cams")
    with pytest.raises(PluginConflict) as told:
        registry.driver("camera", "good")
    assert "acme-good 1.1 and other-cams 7.0 both provide the camera 'good'" in str(told.value)
    for name in ("acme-good", "other-cams"):
        line = status_of(registry, name)
        assert line.state is PluginState.FAILED
        assert "acme-good 1.1 and other-cams 7.0" in line.reason


def test_conflict_is_settled_as_its_remedy_says(install, load):
    install("acme-good", GOOD, folder="good")
    install("other-cams", GOOD, folder="other")
    with pytest.raises(PluginConflict) as told:
        load("acme-good", "other-cams").driver("camera", "good")
    remedy = told.value.remedy
    line = remedy[remedy.index("other-cams = ") :].split("], or")[0] + "]"
    registry = load("acme-good", "other-cams", text=f"plugins.disabled.{line}")
    assert "acme-good" in repr(registry.driver("camera", "good"))
    assert status_of(registry, "other-cams").state is PluginState.OFF


def test_conflict_with_thenars_own_name_uses_neither(install, load):
    matchers = one("thenar_matchers", "return [Provider('numpy', make=print)]")
    install("acme-matcher", matchers)
    with pytest.raises(PluginConflict, match=r"thenar .* and acme-matcher 1\.0"):
        load("acme-matcher").driver("matcher")


def test_disabled_part_is_not_provided(install, load):
    install("acme-good", GOOD)
    registry = load("acme-good", text='plugins.disabled.acme-good = ["camera.good"]')
    with pytest.raises(PluginMissing):
        registry.driver("camera", "good")
    assert "camera 'good' is disabled" in status_of(registry, "acme-good").reason


def test_unreadable_metadata_does_not_hide_the_others(install, load, tmp_path, caplog):
    install("acme-good", GOOD)
    install("acme-odd", GOOD, folder="odd")
    (tmp_path / "odd" / "acme_odd-1.0.dist-info" / "entry_points.txt").write_bytes(
        b"[thenar]\nname without an equals sign\xff\n"
    )
    assert status_of(load("acme-good"), "acme-good").state is PluginState.ACTIVE
    assert "Unreadable package metadata" in caplog.text


def test_plugin_that_finds_nothing_to_provide_is_active(install, load):
    install("acme-none", one("thenar_cameras", "return []"))
    line = status_of(load("acme-none"), "acme-none")
    assert (line.state, line.provides) == (PluginState.ACTIVE, {})


def test_a_plugin_cannot_wrap_anothers_hook(install, load):
    install("acme-good", GOOD, folder="good")
    wrapper = """
    @thenar.hookimpl(wrapper=True)
    def thenar_cameras():
        yield
        return []
    """
    install("acme-wrapper", wrapper, folder="wrapper")
    registry = load("acme-wrapper", "acme-good")
    assert status_of(registry, "acme-good").provides == {"thenar_cameras": ("good",)}
