"""Names of people: taken apart as they are typed, and put together as they are read."""

import re
from dataclasses import dataclass
from typing import Literal

from core.contacts.name_words import (
    FAMILY_PARTICLES,
    PREFIXES,
    RUSSIAN_GIVEN_NAMES,
    SUFFIXES,
    TURKIC_PATRONYMIC,
)

Order = Literal["family_first", "given_first"]


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name; any may be empty."""

    family: str = ""
    given: str = ""
    patronymic: str = ""
    prefix: str = ""
    suffix: str = ""


def natural_order(name: PersonName) -> Order:
    """Return the order in which the name's own language reads: Cyrillic writes the family name first."""
    return "family_first" if _CYRILLIC.search(name.family or name.given) else "given_first"


def display(name: PersonName, order: Order | None = None) -> str:
    """Return the whole name with its titles: "д-р Иванова Мария Сергеевна", "Dr. Maria Ivanova, PhD".

    Without an order the natural one is used.
    """
    whole = " ".join(part for part in (name.prefix, full(name, order)) if part)
    return ", ".join(part for part in (whole, name.suffix) if part)


def full(name: PersonName, order: Order | None = None) -> str:
    """Return the name without titles, as lists show it: "Иванова Мария Сергеевна", "Maria Ivanova"."""
    if (order or natural_order(name)) == "family_first":
        parts = (name.family, name.given, name.patronymic)
    else:
        parts = (name.given, name.patronymic, name.family)
    return " ".join(part for part in parts if part)


def initials(name: str) -> str:
    """Return up to two capitals that stand for a displayed name of a person or organisation."""
    words = [word for word in re.findall(r"[^\W_]+", name) if word.casefold() not in FAMILY_PARTICLES]
    return "".join(word[0] for word in words[:2]).upper()


_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_INITIAL = re.compile(r"[^\W\d_]\.?")
# "А.Б." is two initials written as one word
_RUN_OF_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){2,}")
_PATRONYMIC = re.compile(
    r".+(?:[оеё]вич|ь?ич|[оеё]вна|инична|ична|o[vw]ich|e[vw]ich|ovna|evna|ichna)", re.IGNORECASE
)
_FEMALE_PATRONYMIC = re.compile(r".+(?:вна|чна|vna|chna)", re.IGNORECASE)
_FAMILY = re.compile(
    r".+(?:[оеё]ва?|[иы]на?|[сц]кий|[сц]кая|[сц]кой|ко|[ую]к|[ыи]х|ян|дзе|швили)", re.IGNORECASE
)


def split(text: str) -> PersonName:
    """Take apart a name typed into one field: "Иванова Мария Сергеевна", "Dr. Hans-Peter von Stein".

    Every word of the text ends up in some part. Where a name can be read in two ways, the commoner
    one is chosen: a Cyrillic name of two words has the family name first unless the first word is a
    known given name, other names have the family name last.
    """
    text, _comma, after = (part.strip() for part in text.partition(","))
    words = _words(text)
    prefix, words = _peel(words, PREFIXES, from_start=True)
    suffix, words = _peel(words, SUFFIXES, from_start=False)
    tail = _words(after)
    if tail and not all(_bare(word) in SUFFIXES for word in re.split(r"[\s,]+", after) if word):
        # "Ivanova, Maria": what stands before the comma is the family name
        given, patronymic = _given_and_patronymic([word.rstrip(",") for word in tail])
        return PersonName(" ".join(words), given, patronymic, " ".join(prefix), " ".join(suffix))
    suffix += tail
    family, given, patronymic = _arrange(words)
    return PersonName(family, given, patronymic, " ".join(prefix), " ".join(suffix))


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in text.split():
        words += re.findall(r"[^\W\d_]\.-?", word) if _RUN_OF_INITIALS.fullmatch(word) else [word]
    return words


def _bare(word: str) -> str:
    return word.casefold().replace(".", "").strip(",")


def _peel(words: list[str], known: frozenset[str], *, from_start: bool) -> tuple[list[str], list[str]]:
    """Split known titles off one end, leaving at least one word of the name."""
    ordered = words if from_start else words[::-1]
    count = 0
    while count < len(words) - 1 and _bare(ordered[count]) in known:
        count += 1
    if from_start:
        return words[:count], words[count:]
    return words[len(words) - count :], words[: len(words) - count]


def _arrange(words: list[str]) -> tuple[str, str, str]:
    """Return family, given and patronymic of words without titles."""
    if len(words) == 1:
        (word,) = words
        return (word, "", "") if _looks_like_family(word) else ("", word, "")
    is_cyrillic = any(_CYRILLIC.search(word) for word in words)
    for arrange in (_with_initials, _with_patronymic, _with_particle):
        if found := arrange(words, is_cyrillic):
            return found
    if is_cyrillic and words and _family_first(words):
        return words[0], " ".join(words[1:]), ""
    return " ".join(words[-1:]), " ".join(words[:-1]), ""


def _with_initials(words: list[str], is_cyrillic: bool) -> tuple[str, str, str] | None:
    """Read "Сидоров А. Б.", "А. Б. Сидоров", "J. R. R. Tolkien"."""
    letters = [word for word in words if _INITIAL.fullmatch(word)]
    others = [word for word in words if not _INITIAL.fullmatch(word)]
    together = words in (others + letters, letters + others)
    if not letters or not others or not together or (len(others) > 1 and letters == words[: len(letters)]):
        return None
    if is_cyrillic and len(others) == 1:
        return others[0], letters[0], " ".join(letters[1:])
    return " ".join(others), " ".join(letters), ""


def _with_patronymic(words: list[str], is_cyrillic: bool) -> tuple[str, str, str] | None:
    """Read family, given, patronymic or given, patronymic, family; the patronymic tells which."""
    if len(words) > 3 and words[-1].casefold() in TURKIC_PATRONYMIC:
        return words[0], " ".join(words[1:-2]), " ".join(words[-2:])
    marks = [bool(_PATRONYMIC.fullmatch(word)) for word in words]
    if len(words) == 2 and is_cyrillic and marks[1]:
        if _FEMALE_PATRONYMIC.fullmatch(words[1]) or words[0].casefold() in RUSSIAN_GIVEN_NAMES:
            return "", words[0], words[1]
        return None
    if len(words) == 3 and marks[1]:
        return words[2], words[0], words[1]
    if len(words) >= 3 and marks[-1]:
        return " ".join(words[:-2]), words[-2], words[-1]
    return None


def _with_particle(words: list[str], is_cyrillic: bool) -> tuple[str, str, str] | None:
    """Read "Ludwig van Beethoven": the family name begins with its particle."""
    for i, word in enumerate(words[1:-1], start=1):
        if word.casefold() in FAMILY_PARTICLES:
            return " ".join(words[i:]), " ".join(words[:i]), ""
    return None


def _family_first(words: list[str]) -> bool:
    first, last = words[0].casefold(), words[-1].casefold()
    return first not in RUSSIAN_GIVEN_NAMES or (last in RUSSIAN_GIVEN_NAMES and _looks_like_family(first))


def _looks_like_family(word: str) -> bool:
    is_given = word.casefold() in RUSSIAN_GIVEN_NAMES
    return bool(_CYRILLIC.search(word)) and not is_given and bool(_FAMILY.fullmatch(word))


def _given_and_patronymic(words: list[str]) -> tuple[str, str]:
    cut = len(words)
    if len(words) == 2 and (
        _PATRONYMIC.fullmatch(words[1]) or (_CYRILLIC.search(words[0]) and _INITIAL.fullmatch(words[1]))
    ):
        cut = 1
    return " ".join(words[:cut]), " ".join(words[cut:])
