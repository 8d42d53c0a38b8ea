"""Everything that Eleven says to people, it says in Russian as well."""

import re
import tomllib
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ["core", *(str(file.parent.relative_to(ROOT)) for file in sorted(ROOT.glob("plugins/*/__init__.py")))]
TEMPLATES = sorted(file for part in PARTS for file in (ROOT / part).rglob("templates/**/*.html"))
MAPPINGS = [(one["pattern"], one["method"])
            for one in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]]
KEYWORDS = DEFAULT_KEYWORDS | parse_keywords(re.findall(r"--keyword (\S+)", (ROOT / "Makefile").read_text()))

Key = tuple[str | None, str]


def forms(message: Message) -> tuple[str, ...]:
    """The texts of a message, one or one for each number."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


@cache
def said(part: str) -> dict[Key, str]:
    """What the sources of a part say: the last English form, by context and first form."""
    found = extract_from_dir(ROOT / part, method_map=MAPPINGS, options_map={}, keywords=KEYWORDS)
    return {(context, text if isinstance(text, str) else text[0]): text if isinstance(text, str) else text[-1]
            for _file, _line, text, _comments, context in found}


def folder(part: str) -> Path:
    return ROOT / part / "translations" / "ru" / "LC_MESSAGES"


@cache
def russian(part: str) -> dict[Key, Message]:
    file = folder(part) / "messages.po"
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        return {key(message): message for message in read_po(opened, locale="ru", abort_invalid=True) if message.id}


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)[a-z]|%%", text))


@pytest.mark.parametrize("part", PARTS)
def test_every_text_has_its_russian(part):
    found = russian(part)
    assert sorted(said(part).keys() - found.keys(), key=str) == [], "run `make translations`, then fill these in"
    assert sorted(found.keys() - said(part).keys(), key=str) == [], "nobody says these any more: `make translations`"
    assert [name for name, message in found.items() if message.fuzzy] == []
    assert [name for name, message in found.items() if not all(text.strip() for text in forms(message))] == []
    assert [name for name, message in found.items()
            if len(forms(message)) != (3 if isinstance(message.id, tuple) else 1)] == []


@pytest.mark.parametrize("part", PARTS)
def test_placeholders_and_edges_are_the_same(part):
    wrong = []
    for name, message in russian(part).items():
        english = said(part).get(name, name[1])
        for text in forms(message):
            same_edges = all(text.startswith(edge) == english.startswith(edge)
                             and text.endswith(edge) == english.endswith(edge) for edge in (" ", "\n"))
            if placeholders(text) != placeholders(english) or not same_edges:
                wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("part", PARTS)
def test_the_compiled_catalogue_is_that_of_its_source(part):
    with (folder(part) / "messages.po").open("rb") as opened:
        compiled = BytesIO()
        write_mo(compiled, read_po(opened, locale="ru"))
    assert texts((folder(part) / "messages.mo").read_bytes()) == texts(compiled.getvalue()), "run `make translations`"


def texts(compiled: bytes) -> dict[Key, tuple[str, ...]]:
    return {key(message): forms(message) for message in read_mo(BytesIO(compiled)) if message.id}


def test_catalogues_agree():
    """They are merged when Eleven starts: whose text came last would be everybody's."""
    told: dict[Key, set[tuple[str, ...]]] = {}
    for part in PARTS:
        for name, message in russian(part).items():
            told.setdefault(name, set()).add(forms(message))
    assert {name: texts for name, texts in told.items() if len(texts) > 1} == {}, "say it alike, or use pgettext"


NOT_SPOKEN = re.compile(r'[\w-]+="[^"]*"|\b(?:required|autofocus)\b|\b[a-z]+-[a-z-]+\b')  # what macros put into tags
NAMES = {"Eleven", "Ctrl", "Enter", "Esc"}
SPOKEN = {"aria-label", "title", "placeholder", "alt", "label"}
SILENT = {"script", "style", "code", "pre", "kbd"}


class Literals(HTMLParser):
    """The texts of a template that a person would see or hear, after everything of Jinja is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def literals(text: str) -> list[str]:
    """What a template says without asking for its translation."""
    text = re.sub(r"\{#.*?#\}|\{%-?\s*raw.*?endraw\s*-?%\}", "", text, flags=re.S)
    handed = re.findall(r"ui\.\w+\(\s*\"([A-Z][^\"]*)\"", text)
    parser = Literals()
    parser.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{\w+\}", "", text, flags=re.S))
    return [found for found in (" ".join(one.split()) for one in handed + parser.found)
            if set(re.findall(r"[A-Za-z]{2,}", NOT_SPOKEN.sub("", found))) - NAMES]


def test_templates_say_nothing_outside_of_gettext():
    found = {str(file.relative_to(ROOT)): literals(file.read_text()) for file in TEMPLATES}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_the_guard_sees_a_literal():
    assert literals('<p title="Close it">{{ _("Fine") }} and not</p>{{ ui.button("Save") }}') == [
        "Save", "Close it", "and not"]
