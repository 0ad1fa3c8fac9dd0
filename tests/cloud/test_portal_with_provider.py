"""Signing in at the portal with an OpenID Connect provider that really runs."""

import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from .conftest import Running

PEOPLE = (
    {"sub": "ada", "email": "Ada@example.org", "email_verified": True},
    {"sub": "mallory", "email": "ada@example.org", "email_verified": False},
    {"sub": "nobody", "email": "nobody@example.org", "email_verified": True},
)


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """``oidc-provider-mock``, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("oidc-provider-mock")), "--port", str(port)]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]
    with (
        (tmp_path_factory.mktemp("provider") / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx.get(f"{url}/.well-known/openid-configuration").raise_for_status()
                break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.05)
        yield url
        process.terminate()


@pytest.fixture(scope="module")
def site(provider, tmp_path_factory):
    running = Running(
        tmp_path_factory.mktemp("site") / "cloud",
        oidc_issuer=provider,
        oidc_client="thenar",
        oidc_secret="of the client, with a : and a %",
        oidc_name="Example ID",
    )
    running.start()
    device = running.tenant()
    device.enrol_person(1, running.card(), contact="ada@example.org")
    running.root = f"/portal/{device.identity.tenant}/"
    yield running
    running.stop()


@pytest.fixture
def browser(site):
    return site.http()


def begin(browser, site):
    """Off to the provider; the address it is asked with, taken apart."""
    went = browser.get(f"{site.root}provider")
    assert went.status_code == 303
    return went.headers["location"]


def agree(at, sub, **more):
    """Sign in at the provider; where it sends the browser."""
    reply = httpx.post(at, data={"sub": sub, **more})
    return urlsplit(reply.headers["location"])


def come_back(browser, back, **changed):
    answer = {name: value[0] for name, value in parse_qs(back.query).items()} | changed
    return browser.get(f"{back.path}?{urlencode(answer)}")


def test_a_verified_address_signs_in(browser, site):
    assert "Continue with Example ID" in browser.get(site.root).text
    at = begin(browser, site)
    asked = parse_qs(urlsplit(at).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://thenar.test{site.root}provider/back"]
    welcome = come_back(browser, agree(at, "ada"))
    assert welcome.status_code == 200
    assert f'content="0; url={site.root}"' in welcome.text
    assert "Right palm" in browser.get(site.root).text


@pytest.mark.parametrize(
    ("sub", "told"), [("mallory", "has not verified"), ("nobody", "Nobody is enrolled")]
)
def test_an_address_that_is_not_verified_or_not_known_does_not(browser, site, sub, told):
    refused = come_back(browser, agree(begin(browser, site), sub))
    assert refused.status_code == 401
    assert told in refused.text
    assert "Send the code" in browser.get(site.root).text


def test_an_answer_to_another_browser_does_not(browser, site):
    """As when somebody is lured to an address that signs them in as somebody else."""
    back = agree(begin(browser, site), "ada")
    other = site.http()
    assert "not begun in this browser" in come_back(other, back).text
    begin(other, site)
    assert "not begun in this browser" in come_back(other, back).text
    assert come_back(browser, back, state="x" * 43).status_code == 401
    assert "Send the code" in other.get(site.root).text


def test_a_code_that_is_not_the_providers_or_was_used_does_not(browser, site):
    back = agree(begin(browser, site), "ada")
    assert come_back(browser, back, code="invented").status_code == 401
    assert come_back(browser, back).status_code == 200
    browser.get(f"{site.root}provider")
    assert come_back(browser, back).status_code == 401


def test_an_id_token_to_another_sign_in_does_not(browser, site):
    """The nonce was changed on the way there, as by whoever replays an old answer."""
    at = urlsplit(begin(browser, site))
    asked = parse_qs(at.query) | {"nonce": ["another"]}
    elsewhere = urlunsplit(at._replace(query=urlencode(asked, doseq=True)))
    refused = come_back(browser, agree(elsewhere, "ada"))
    assert refused.status_code == 401
    assert "another sign-in" in refused.text


def test_denied_and_too_late(browser, site):
    assert come_back(browser, agree(begin(browser, site), "", action="deny")).status_code == 401
    back = agree(begin(browser, site), "ada")
    site.ahead = 601
    try:
        assert "too long" in come_back(browser, back).text
    finally:
        site.ahead = 0.0


def test_the_cookie_on_the_way_tells_nothing(browser, site):
    at = begin(browser, site)
    state = parse_qs(urlsplit(at).query)["state"][0]
    cookie = browser.cookies["thenar_sign_in"]
    assert state not in cookie
    assert re.fullmatch(r"[\w-]+", cookie)


def test_without_a_provider_there_is_no_way(running, device):
    page = running.http().get(f"/portal/{device.identity.tenant}/provider")
    assert page.status_code == 404
    assert "No sign-in provider is set." in page.text
