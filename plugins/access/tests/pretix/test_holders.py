"""Tonight's ticket holders, as the secure service reads them: only what changed is asked for."""

import pytest

from thenar.cloud.candidates import Candidates
from thenar.errors import DoorError
from thenar_access.holders import TicketHolders
from thenar_access.tickets import TicketOffice
from thenar_access.tonight import main

ADA, BEN, CLEO = (letter * 26 for letter in "abc")


class Lists:
    """What the service keeps of its lists."""

    def __init__(self):
        self.sets = {}

    def list(self, name, subjects):
        self.sets[name] = set(subjects)


@pytest.fixture
def match(site):
    """A match of its own for each test, with its desk."""
    event = site.another_match(f"m{next(site.numbers)}")
    event.office = TicketOffice(site.url, "club", site.gate("desk"), [event.list])
    yield event
    event.office.close()


@pytest.fixture
def holders(site, match, tmp_path):
    token = site.gate("set")

    def make(url=site.url):
        return TicketHolders(url, "club", token, [match.slug], tmp_path / "tonight.txt")

    return make


def sell_to(site, match, subject, **what):
    ticket = site.sell(event=match.slug, item=match.seat, **what)
    link = match.office.link(ticket["secret"])
    match.office.belongs_to(link, subject)
    return ticket, link


def test_the_set_follows_what_happens_at_pretix(site, match, holders, tmp_path):
    tonight = holders()
    references, file = Lists(), tmp_path / "tonight.txt"
    candidates = Candidates({}, {"tickets:tonight": file})

    def who():
        done = tonight.refresh()
        candidates.refresh(references)
        assert len(references.sets["tickets:tonight"]) == done.holders
        return references.sets["tickets:tonight"], done

    assert who()[0] == set()
    adas, _ = sell_to(site, match, ADA)
    _, bens = sell_to(site, match, BEN)
    owed, _ = sell_to(site, match, CLEO, status="n")
    found, done = who()
    assert found == {ADA, BEN}
    assert done.orders == 3

    site.call("POST", f"events/{match.slug}/orders/{owed['order']}/mark_paid/", send_email=False)
    found, done = who()
    assert found == {ADA, BEN, CLEO}
    assert done.orders <= 2  # what changed, and at most what pretix may have missed before

    site.call(
        "POST", f"events/{match.slug}/orders/{adas['order']}/mark_canceled/", send_email=False
    )
    assert who()[0] == {BEN, CLEO}
    match.office.unlink(bens)
    assert who()[0] == {CLEO}
    inode = file.stat().st_ino
    assert not who()[1].is_new
    assert file.stat().st_ino == inode  # the service has nothing to read again

    again = holders()  # another process, later
    done = again.refresh()
    assert (done.holders, done.orders <= 1) == (1, True)
    again.close()
    tonight.close()


def test_without_pretix_the_list_stays(site, match, holders, tmp_path):
    sell_to(site, match, ADA)
    tonight, away = holders(), holders("http://127.0.0.1:9")
    tonight.refresh()
    with pytest.raises(DoorError, match="no connection"):
        away.refresh()
    assert (tmp_path / "tonight.txt").read_text() == f"{ADA}\n"
    tonight.close()
    away.close()


def test_a_line_that_is_no_subject_is_left_out(site, match, holders, tmp_path):
    ticket = site.sell(event=match.slug, item=match.seat)
    link = match.office.link(ticket["secret"])
    match.office.belongs_to(link, "by hand: see desk\n" + BEN)
    tonight = holders()
    assert tonight.refresh().holders == 0
    tonight.close()


def test_the_command_refreshes_once_and_says_what_it_did(site, match, tmp_path, capsys):
    sell_to(site, match, ADA)
    token = tmp_path / "token"
    token.write_text(site.gate("set"))
    command = ["--organizer", "club", "--event", match.slug, "--token-file", str(token)]
    command += ["--list", str(tmp_path / "list")]
    assert main(["--url", site.url, *command]) == 0
    assert "1 holders" in capsys.readouterr().out
    assert (tmp_path / "list").read_text() == f"{ADA}\n"
    assert main(["--url", "http://127.0.0.1:9", *command]) == 1
    assert "no connection" in capsys.readouterr().err
