"""Points and tiers at a real pretix."""

import contextlib
from uuid import uuid4

import pytest

import thenar_payment
from thenar.errors import LoyaltyError
from thenar.testing.contracts import Ability, LoyaltyContract
from thenar_payment.pretix import PretixLoyalty, PretixLoyaltySettings

from ..http_tap import Fault, HttpTap


@pytest.fixture
def opened():
    things = []
    yield lambda thing: things.append(thing) or thing
    for thing in things:
        thing.close()


@pytest.fixture
def programme(tap, club, opened):
    settings = PretixLoyaltySettings(tap.url, "club", club.token, seconds=4.0)
    return opened(PretixLoyalty(settings))


@pytest.fixture
def member(club):
    number = club.join()
    club.give(number, 250)
    return number


class TestPretix(LoyaltyContract):
    abilities = (Ability.LOST_REPLY, Ability.RESTART, Ability.SILENT, Ability.UNREACHABLE)
    deadline = 30.0
    """pretix on two workers answers eight at once; the host's deadline has a test of its own."""

    @pytest.fixture
    def programme(self, programme):
        return programme

    @pytest.fixture
    def member(self, member):
        return member

    @pytest.fixture
    def restarted(self, tap, club, opened):
        settings = PretixLoyaltySettings(tap.url, "club", club.token, seconds=4.0)
        return lambda: opened(PretixLoyalty(settings))

    @pytest.fixture
    def unreachable(self, tap):
        return tap.every(Fault.LOST_REQUEST)

    @pytest.fixture
    def lost_reply(self, tap):
        return tap.every(Fault.LOST_REPLY, path="transact")

    @pytest.fixture
    def silent(self, tap):
        return tap.every(Fault.HOLD_REQUEST)


def test_the_first_points_make_a_gift_card(programme, club):
    number = club.join()
    assert programme.look_up(number).points == 0
    assert programme.accrue(number, 30, idempotency_key="first").points == 30
    card = club.card(number)
    assert (card["value"], card["currency"]) == ("0.30", "EUR")


def test_a_key_counts_once_for_good(programme, club, member, tap):
    """Also where pretix has forgotten the key, as it does after a day."""
    programme.redeem(member, 50, idempotency_key="purchase")
    forgotten = {"x-idempotency-key": lambda value: uuid4().hex}
    with tap.changing(forgotten):
        programme.redeem(member, 50, idempotency_key="purchase")
    made = [one["value"] for one in club.transactions(member)]
    assert sorted(made) == ["-0.50", "2.50"]


def test_the_tier_is_the_membership_that_is_valid_now(programme, club, member):
    assert programme.look_up(member).tier == ""
    club.membership(member, "Silver", days=(-400, 400))
    assert programme.look_up(member).tier == "Silver"
    club.membership(member, "Gold", days=(-10, 10))
    club.membership(member, "Platinum", days=(10, 400))
    club.membership(member, "Bronze", days=(-400, -10))
    assert programme.look_up(member).tier == "Gold"


def test_the_tier_is_named_in_the_language_of_the_settings(tap, club, member, opened):
    club.membership(member, "Gold", days=(-1, 1))
    settings = PretixLoyaltySettings(tap.url, "club", club.token, language="de", seconds=4.0)
    assert opened(PretixLoyalty(settings)).look_up(member).tier == "Gold (de)"


def test_a_point_may_be_worth_more(tap, club, member, opened):
    settings = PretixLoyaltySettings(tap.url, "club", club.token, cents_per_point=5, seconds=4.0)
    programme = opened(PretixLoyalty(settings))
    assert programme.look_up(member).points == 50
    assert programme.redeem(member, 10, idempotency_key="ten").points == 40
    assert club.card(member)["value"] == "2.00"


def test_a_member_who_left_is_none(programme, club, member):
    club.call("PATCH", f"customers/{member}/", is_active=False)
    with pytest.raises(LoyaltyError, match="no such member"):
        programme.look_up(member)


def test_a_wrong_token_is_told_without_it(tap, opened):
    settings = PretixLoyaltySettings(tap.url, "club", "a wrong token")
    with pytest.raises(LoyaltyError, match="does not accept") as refused:
        opened(PretixLoyalty(settings)).look_up("AB12CD")
    assert "a wrong token" not in str(refused.value)


def test_from_the_settings_and_within_the_hosts_deadline(
    thenar_register, thenar_registry, club, member
):
    thenar_register(thenar_payment, "thenar-payment")
    line = HttpTap(club.port)
    with contextlib.closing(line):
        offers = thenar_registry(
            f"""
            [loyalty.pretix]
            url = "{line.url}"
            organizer = "club"
            token = "{club.token}"
            """
        ).offers("loyalty")
        programme = offers["pretix"]
        assert programme.accrue(member, 5, idempotency_key="host").points == 255
        with line.every(Fault.HOLD_REQUEST), pytest.raises(LoyaltyError, match="no answer"):
            programme.look_up(member)


def test_plain_http_is_for_this_machine_alone(thenar_register, thenar_registry, caplog):
    thenar_register(thenar_payment, "thenar-payment")
    offers = thenar_registry(
        """
        [loyalty.pretix]
        url = "http://pretix.example"
        organizer = "club"
        token = "a secret token"
        """
    ).offers("loyalty")
    assert "pretix" not in offers
    assert "expected https" in caplog.text
    assert "a secret token" not in caplog.text
