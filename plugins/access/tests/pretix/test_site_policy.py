"""A site's policy holds for a gate: no ticket is used up by somebody whom it refuses."""

from ..policed import NO, Policed


def test_a_ticket_is_not_redeemed_for_somebody_whom_the_policy_refuses(
    host, site, turnstile, settings, monkeypatch
):
    at = Policed(host(settings()), monkeypatch)
    ticket = site.sell()
    assert at.enter("visitors", ticket["secret"]).reason == NO
    assert (turnstile.pulses, site.entries(ticket)) == (0, [])
    assert at.enter("staff", ticket["secret"]).reason == "ticket valid for entry"
    assert (turnstile.pulses, site.entries(ticket)) == (1, ["entry"])
