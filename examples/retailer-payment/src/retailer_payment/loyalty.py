"""The Harbour Club: points at the same switch.

A member's number is personal, so it travels in the body of a request: addresses are logged.
"""

from __future__ import annotations

from retailer_payment.switch import NoAnswer, Refusal, Switch, SwitchSettings
from thenar.errors import LoyaltyError
from thenar.records import LoyaltyAccount


class HarbourClub:
    """Members and their points."""

    def __init__(self, settings: SwitchSettings) -> None:
        self._switch = Switch(settings)

    def look_up(self, member: str) -> LoyaltyAccount:
        """The member's standing. Raises LoyaltyError: unknown member or no answer."""
        return self._account("/members", member)

    def accrue(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Add points, once per key. Raises LoyaltyError."""
        return self._account("/points", member, points, idempotency_key)

    def redeem(self, member: str, points: int, *, idempotency_key: str) -> LoyaltyAccount:
        """Take points, once per key. Raises LoyaltyError: too few, unknown, no answer."""
        return self._account("/points", member, -points, idempotency_key)

    def close(self) -> None:
        """Close the connections."""
        self._switch.close()

    def _account(self, path: str, member: str, points: int = 0, key: str = "") -> LoyaltyAccount:
        try:
            body = {"member": member, **({"points": points} if key else {})}
            answer = self._switch.ask("POST", path, body, key=key)
            return LoyaltyAccount(
                "harbour-club", member, int(answer["points"]), str(answer["tier"])
            )
        except NoAnswer:
            raise LoyaltyError("The Harbour Club does not answer.") from None
        except Refusal as refusal:
            raise LoyaltyError(f"The Harbour Club refused: {refusal.code}.") from None
        except (KeyError, ValueError):
            raise LoyaltyError("The Harbour Club did not answer as agreed.") from None
