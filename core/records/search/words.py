"""Words: how a text is indexed and how a question is read, the same on every database.

A text becomes terms: its words in lower case without accents, their stems (Russian or English, by the
script of the word), and the digits of phone numbers in every usual form. A question becomes clauses.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import phonenumbers
import snowballstemmer
from phonenumbers import NumberParseException

from core.database import fold

MAX_TEXT, MAX_TERMS, MAX_WORD = 10_000, 1000, 64
"""Of a longer text the beginning is indexed; nobody looks for the rest of a word of 65 letters."""
MAX_QUESTION, MAX_WORDS = 200, 8

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[\d\s()./+-]*\d)?(?!\w)")
_INTERNATIONAL = re.compile(r"\+\d[\d\s().-]{5,20}\d")
_DIGITS = re.compile(r"[+(]*[0-9][0-9\s()./-]*")
_TRUNK_LENGTH = 11
_LOCAL = 7


class Term(NamedTuple):
    """What must stand in the index: a whole word or stem, or the beginning of one."""

    text: str
    prefix: bool


Clause = tuple[tuple[Term, ...], ...]
"""One of these must hold, and of that all terms. A question is a list of clauses, all of which must hold."""


def words(text: str) -> list[str]:
    """The words of a text as they are compared, in their order."""
    return [word[:MAX_WORD] for word in _WORD.findall(fold(unicodedata.normalize("NFC", text[:MAX_TEXT])))]


def terms(text: str, phone: bool = False) -> set[str]:
    """What the index holds of a text; `phone` says that it is a phone number, in whatever notation."""
    found = set(words(text))
    found |= {stem(word) for word in found}
    for number in [text] if phone else _INTERNATIONAL.findall(text[:MAX_TEXT]):
        found |= phone_forms(number)
    return found


def clauses(text: str) -> list[Clause]:
    """Read a question. Empty when it holds nothing that could be looked for."""
    return list(dict.fromkeys(_clauses(text[:MAX_QUESTION])))[:MAX_WORDS]


def _clauses(text: str) -> Iterator[Clause]:
    end = 0
    for match in _NUMBER.finditer(text):
        yield from map(_word, words(text[end:match.start()]))
        yield _number(match.group())
        end = match.end()
    yield from map(_word, words(text[end:]))


def _word(word: str) -> Clause:
    root = stem(word)
    return ((Term(word, True),),) if root == word else ((Term(word, True),), (Term(root, False),))


def _number(text: str) -> Clause:
    """Digits in groups: a part of a phone number, or numbers of their own."""
    groups = words(text)
    joined = "".join(groups)[:MAX_WORD]
    spoken: list[tuple[Term, ...]] = [(Term(joined, True),)]
    if joined.startswith("00") and len(joined) > 2:  # an international call is dialled with 00
        spoken.append((Term(joined[2:], True),))
    if len(groups) > 1:  # one or two digits begin too many numbers to be worth asking for beside longer ones
        telling = [group for group in groups if len(group) > 2] or groups
        spoken.append(tuple(Term(group, True) for group in dict.fromkeys(telling[:MAX_WORDS])))
    return tuple(spoken)


def phone_forms(text: str) -> set[str]:
    """The digits of a phone number as people dial it: with country code, without, with trunk prefix, local."""
    number = _DIGITS.search(text[:MAX_TEXT])
    digits = re.sub(r"[^0-9]", "", number.group())[:20] if number else ""
    if not digits:
        return set()
    found = {digits}
    if len(digits) > _LOCAL:
        found.add(digits[-_LOCAL:])
    whole = number is not None and number.group().startswith("+")
    if digits.startswith("00"):
        digits, whole = digits[2:], True
    elif digits.startswith("8") and len(digits) == _TRUNK_LENGTH and not whole:
        digits, whole = "7" + digits[1:], True  # Russia and Kazakhstan dial 8 for +7
    elif digits.startswith("0"):
        found.add(digits[1:])
    return found | _dialled(digits) if whole else found


def _dialled(digits: str) -> set[str]:
    try:
        number = phonenumbers.parse("+" + digits, None)
    except NumberParseException:
        return {digits}
    national = phonenumbers.national_significant_number(number)
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    return {digits, national, trunk + national}


_stemmers: dict[str, Any] = {name: snowballstemmer.stemmer(name) for name in ("russian", "english")}
_turn = threading.Lock()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word by the language that its script suggests; other words are their own stem."""
    if len(word) <= 3:
        return word
    if "а" <= word[0] <= "я":
        language = "russian"
    elif "a" <= word[0] <= "z":
        language = "english"
    else:
        return word
    with _turn:  # a stemmer keeps its state between calls
        root: str = _stemmers[language].stemWord(word)
    return root or word
