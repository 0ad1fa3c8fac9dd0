"""A site's policy holds for an office badge: the panel is sent no card that it refuses."""

from ..policed import NO, Policed


def test_the_panel_reads_no_badge_of_somebody_whom_the_policy_refuses(secured, monkeypatch):
    host, panel = secured("17:4242")
    at = Policed(host, monkeypatch)
    assert at.enter("visitors", "17:4242").reason == NO
    assert at.enter("staff", "17:4242").reason == "the panel lets this badge in"
    assert panel.next()["badge"] == "17:4242"
