"""The loyalty programme ``pretix``.

A member is a customer account. Points are the balance of a gift card of theirs, which is
made when they earn the first; the tier is the membership that is valid now.
"""

from __future__ import annotations

import hashlib
import re
import time
import weakref
from datetime import UTC, datetime
from decimal import Decimal

import httpx

from thenar.errors import LoyaltyError
from thenar.records import LoyaltyAccount
from thenar_payment.pretix.api import BUSY, Json, PretixApi
from thenar_payment.pretix.settings import PretixLoyaltySettings

PROGRAMME = "pretix"
_MEMBER = re.compile(r"[A-Z0-9]{1,64}")
_NOTE = "thenar"
"""Under which a transaction notes the key that it was made with."""
_TRIES, _WAIT = 10, 0.1
"""Requests, and seconds between them, while the same key is under way at pretix."""


class PretixLoyalty:
    """Points and tiers at pretix, booked once per idempotency key.

    pretix answers a repeated key again for a day. Each transaction moreover notes its key,
    and is looked for before another is made, so that a key counts once for good.
    """

    def __init__(self, settings: PretixLoyaltySettings) -> None:
        self._settings = settings
        self._api = PretixApi(settings)
        self._finalizer = weakref.finalize(self, self._api.close)

    def look_up(self, member: str) -> LoyaltyAccount:
        """The member's standing. Raises LoyaltyError: unknown member or no answer."""
        self._customer(member)
        return self._account(member, self._card(member))

    def accrue(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Add points, once per key. Raises LoyaltyError."""
        return self._change(member, points, idempotency_key)

    def redeem(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Take points, once per key. Raises LoyaltyError: too few, unknown, no answer."""
        return self._change(member, -points, idempotency_key)

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        self._finalizer()

    def _change(self, member: str, points: int, idempotency_key: str) -> LoyaltyAccount:
        self._customer(member)
        key = hashlib.sha256(f"{member} {idempotency_key}".encode()).hexdigest()
        card = self._card(member) or self._new_card(member)
        value = self._value(points)
        path = f"giftcards/{card['id']}/"
        for made in self._api.every(f"{path}transactions/"):
            if (made.get("info") or {}).get(_NOTE) == key:
                if Decimal(made["value"]) != value:
                    raise LoyaltyError("The idempotency key was used for another change.")
                return self._account(member, card)
        self._transact(path, {"value": str(value), "text": "palm", "info": {_NOTE: key}}, key)
        return self._account(member, self._card(member))

    def _transact(self, path: str, body: Json, key: str) -> None:
        """Book once; wait where pretix is busy, or another till at the same change."""
        for _ in range(_TRIES):
            status, answer = self._api.post(f"{path}transact/", body, key=key)
            if status == httpx.codes.OK:
                return
            if status not in BUSY | {httpx.codes.CONFLICT}:
                raise LoyaltyError(f"pretix refused the change with status {status}.")
            if "value" in answer:
                raise LoyaltyError("The member has too few points.")
            time.sleep(_WAIT)
        raise LoyaltyError(f"pretix: no answer yet (status {status}).", remedy="ask again.")

    def _customer(self, member: str) -> None:
        """Raises LoyaltyError where there is no such customer, or they were deactivated."""
        known = None
        if _MEMBER.fullmatch(member):
            known = self._api.get(f"customers/{member}/")
        if known is None or known.get("identifier") != member or not known.get("is_active"):
            raise LoyaltyError("pretix knows no such member.")

    def _card(self, member: str) -> Json | None:
        secret = self._settings.card + member
        found = self._api.every("giftcards/", secret=secret)
        return next((card for card in found if card["secret"] == secret), None)

    def _new_card(self, member: str) -> Json:
        secret = self._settings.card + member
        body = {"secret": secret, "currency": self._settings.currency, "value": "0.00"}
        key = hashlib.sha256(f"card {secret}".encode()).hexdigest()
        self._api.post("giftcards/", body, key=key)
        card = self._card(member)  # another till may have made it in the same moment
        if card is None:
            raise LoyaltyError("pretix makes no gift card for the member's points.")
        return card

    def _account(self, member: str, card: Json | None) -> LoyaltyAccount:
        cents = int(Decimal(card["value"]) * 100) if card is not None else 0
        points = cents // self._settings.cents_per_point
        return LoyaltyAccount(PROGRAMME, member, points, self._tier(member))

    def _tier(self, member: str) -> str:
        """Name of the membership that is valid now, of several the one that began last."""
        now = datetime.now(UTC)
        valid = [
            (_time(one["date_start"]), one["membership_type"])
            for one in self._api.every("memberships/", customer=member)
            if one["customer"] == member
            and _time(one["date_start"]) <= now <= _time(one["date_end"])
        ]
        if not valid:
            return ""
        kind = self._api.get(f"membershiptypes/{max(valid)[1]}/") or {}
        names = kind.get("name") or {}
        return str(names.get(self._settings.language) or next(iter(names.values()), ""))

    def _value(self, points: int) -> Decimal:
        return Decimal(points * self._settings.cents_per_point) / 100


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
