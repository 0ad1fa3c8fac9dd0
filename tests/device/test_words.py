"""Everything that the customer reads is said in every language, and filled in alike."""

import ast
import re
import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python

import thenar.device
from thenar.device import words
from thenar.device.display import Shown, Stage
from thenar.device.kiosk.app import PAGE, to_json
from thenar.device.kiosk.tongue import LANGUAGES, LOCALE, Tongue, known, named
from thenar.device.words import Words
from thenar.records import Money, Prompt

ROOT = Path(thenar.device.__file__).parent
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def in_code():
    """Every text that is wrapped in ``Words``."""
    for file in ROOT.rglob("*.py"):
        found = extract_python(BytesIO(file.read_bytes()), {"Words": None}, [], {})
        for _, _, message, _ in found:
            yield message if isinstance(message, str) else message[0]


def on_the_page():
    """Every text of the page, and of what it says itself."""
    html = (PAGE / "index.html").read_text("utf-8")
    for text in re.findall(r"<[^>]*\bdata-words(?:=\"\")?>([^<]+)<", html):
        yield " ".join(text.split())
    for tag in re.findall(r"<[^>]*\bdata-words-label[^>]*>", html):
        yield re.search(r'aria-label="([^"]+)"', tag).group(1)
    for script in PAGE.glob("*.js"):
        yield from re.findall(r'translated\("([^"]+)"', script.read_text("utf-8"))


ALL = sorted({*in_code(), *on_the_page()})


def blanks(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_there_are_words():
    assert len(ALL) > 80
    assert {"Hold still", "Paid {amount}", "Your privacy", "Sound"} <= set(ALL)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_in_the_catalogue_with_the_same_blanks(language):
    catalogue = known(language)
    assert [text for text in ALL if not catalogue.get(text)] == []
    assert [text for text in ALL if blanks(text) != blanks(catalogue[text])] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_nothing_that_nobody_says(language):
    assert sorted(set(known(language)) - set(ALL)) == []


def test_no_flow_says_a_bare_sentence():
    """What is shown is wrapped in Words, so that a catalogue can find it."""
    bare = []
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if named and node.func.attr == "say":
                texts = [a for a in node.args if isinstance(a, ast.Constant | ast.JoinedStr)]
                bare += [f"{file.name}:{node.lineno}" for _ in texts]
    assert bare == []


def test_every_prompt_has_words_and_a_picture():
    pictures = re.findall(r'^  "([^"]+)":', (PAGE / "pictures.js").read_text("utf-8"), re.MULTILINE)
    assert sorted(pictures) == sorted(Prompt)
    assert sorted(words.PROMPTS) == sorted(Prompt)


def test_each_language_is_named_in_itself():
    assert dict(named()) == {"en": "English", "es": "Español"}
    assert sorted(file.stem for file in LOCALE.glob("*.po")) == TRANSLATED


def test_words_are_english_for_whoever_does_not_translate():
    said = Words("Pay {amount}", amount=Money(1240, "EUR"))
    assert said == "Pay EUR 12.40"


@pytest.mark.parametrize(
    ("language", "money", "expected"),
    [
        ("en", Money(123456, "EUR"), "Paid €1,234.56"),
        ("es", Money(123456, "EUR"), "Pagado: 1.234,56\xa0€"),
        ("es", Money(1234567, "EUR"), "Pagado: 12.345,67\xa0€"),
        ("en", Money(500, "JPY"), "Paid ¥500"),
        ("es", Money(1234, "BHD"), "Pagado: 1,234\xa0BHD"),
    ],
)
def test_amounts_are_written_as_the_language_does(language, money, expected):
    assert Tongue(language).say(Words("Paid {amount}", amount=money)) == expected


def test_a_blank_is_translated_too_and_data_is_left_as_it_is():
    tongue = Tongue("es")
    assert tongue.say(Words("{points} points, {tier}", points=12000, tier="silver")) == (
        "12.000 puntos, silver"
    )
    assert tongue.say("visa •••• 4242") == "visa •••• 4242"
    assert tongue.say("ticket already used") == "entrada ya utilizada"
    assert tongue.say("") == ""


def test_the_page_is_told_in_its_language():
    shown = Shown(Stage.CARD, Words("Welcome"), Words("Insert your card"))
    assert "Introduzca su tarjeta" in to_json(shown, Tongue("es"))
    assert "Insert your card" in to_json(shown, Tongue("en"))
