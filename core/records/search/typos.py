"""Typing errors: which words are meant by one that nobody has."""

from collections.abc import Sequence

SHORTEST = 4
"""Shorter words have too many neighbours to guess from."""


def pieces(asked: Sequence[str]) -> list[tuple[str, ...]]:
    """For each word the parts of which one must stand in the title: a single error leaves one end whole.

    Empty if no word is long enough to be guessed.
    """
    if not any(_guessable(word) for word in asked):
        return []
    return [_ends(word) if _guessable(word) else (word,) for word in asked if len(word) >= 3]


def _guessable(word: str) -> bool:
    return len(word) >= SHORTEST and not word.isdecimal()


def _ends(word: str) -> tuple[str, ...]:
    length = max(3, (len(word) - 1) // 2)
    return word[:length], word[-length:]


def misspelt(asked: Sequence[str], title: Sequence[str]) -> bool:
    """Whether each word of a question is one of the title's, or the beginning of one, but for a slip."""
    return all(any(_near(part, word) for word in title) for part in asked)


def _near(part: str, word: str) -> bool:
    if word.startswith(part):
        return True
    if not _guessable(part):
        return False
    slips = 1 if len(part) < 8 else 2
    starts = (word, word[:len(part)], word[:len(part) + 1], word[:len(part) - 1])
    return any(distance(part, start, slips) <= slips for start in dict.fromkeys(starts))


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or exchanged with their neighbour; above `most`, more than it.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i, *[0] * len(other)]
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]


def similarity(question: str, title: str) -> float:
    """How many of a question's trigrams a title has, 0 to 1: what PostgreSQL's word_similarity is for SQLite."""
    wanted = _trigrams(question)
    return len(wanted & _trigrams(title)) / len(wanted) if wanted else 0.0


def _trigrams(text: str) -> set[str]:
    return {padded[at:at + 3] for word in text.split() for padded in [f"  {word} "] for at in range(len(padded) - 2)}
