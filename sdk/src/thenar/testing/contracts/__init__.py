"""Contract suites: what a plugin promises, as tests that it inherits.

A plugin's test class inherits the suite of its protocol and gives the fixtures
that the suite names::

    from thenar.testing.contracts import Ability, DoorContract


    class TestTurnstile(DoorContract):
        abilities = {Ability.UNREACHABLE}

        @pytest.fixture
        def door(self): ...

        @pytest.fixture
        def admitted(self):
            return "1001"

        @pytest.fixture
        def refused(self):
            return "9999"

        @pytest.fixture
        def unreachable(self, controller):
            return controller.switched_off()

Nothing is skipped: checks that need an :class:`Ability` run where the class
declares it, and at the end of a run pytest says how many of the suite's checks
ran, and which abilities the others need.
"""

from thenar.testing.contracts._suite import HOSTILE, Ability, Contract, PeerContract
from thenar.testing.contracts.camera import CameraContract
from thenar.testing.contracts.card_reader import CardReaderContract
from thenar.testing.contracts.directory import DirectoryContract
from thenar.testing.contracts.door import DoorContract
from thenar.testing.contracts.liveness import LivenessContract
from thenar.testing.contracts.loyalty import LoyaltyContract
from thenar.testing.contracts.matcher import MatcherContract
from thenar.testing.contracts.notifier import NotifierContract
from thenar.testing.contracts.observer import ObserverContract
from thenar.testing.contracts.payment import PaymentContract
from thenar.testing.contracts.plugin import PluginContract
from thenar.testing.contracts.signature import SignatureContract

__all__ = [
    "HOSTILE",
    "Ability",
    "CameraContract",
    "CardReaderContract",
    "Contract",
    "DirectoryContract",
    "DoorContract",
    "LivenessContract",
    "LoyaltyContract",
    "MatcherContract",
    "NotifierContract",
    "ObserverContract",
    "PaymentContract",
    "PeerContract",
    "PluginContract",
    "SignatureContract",
]
