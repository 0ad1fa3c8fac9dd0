"""The plugin keeps the contracts of plugins and of notifiers."""

import contextlib
import email
import email.policy

import pytest
from thenar.records import Message
from thenar.testing.contracts import Ability, NotifierContract, PluginContract

import acme_plug
from acme_plug.notifier import AcmePlugNotifier, AcmePlugSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugNotifier(NotifierContract):
    abilities = (Ability.DELIVERED, Ability.UNREACHABLE)

    @pytest.fixture
    def folder(self, tmp_path):
        return tmp_path / "outgoing"

    @pytest.fixture
    def notifier(self, folder):
        return AcmePlugNotifier(AcmePlugSettings(folder, "palms@example.org"))

    @pytest.fixture
    def address(self):
        return "ada@example.org"

    @pytest.fixture
    def delivered(self, folder):
        """Read the folder as a mail server would."""

        def to(address):
            mails = [
                email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                for file in sorted(folder.glob("*.eml"))
            ]
            return [
                Message(mail["To"], mail["Subject"], mail.get_content().removesuffix("\n"))
                for mail in mails
                if address in f"{mail['To']} {mail['Cc']} {mail['Bcc']}"
            ]

        return to

    @pytest.fixture
    def unreachable(self, folder):
        @contextlib.contextmanager
        def in_the_way():
            folder.write_text("a file where the folder should be")
            yield
            folder.unlink()

        return in_the_way()
