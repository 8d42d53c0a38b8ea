"""Several words in one cell: separated by commas, in quotation marks where a word holds a separator."""

import csv
import io
from collections.abc import Iterable


def join_words(words: Iterable[str]) -> str:
    """Words as the text of a cell; `split_words` is its inverse."""
    return ", ".join('"' + word.replace('"', '""') + '"' if set(word) & set(',;"\r\n') else word for word in words)


def split_words(text: str) -> list[str]:
    """The words of a cell, separated by commas or, where there is none, by semicolons."""
    comma = list(csv.reader(io.StringIO(text, newline=""), skipinitialspace=True))
    lines = comma
    if len(comma) == 1 and len(comma[0]) == 1 and not text.lstrip().startswith('"'):
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", skipinitialspace=True))
    return [word.strip() for line in lines for word in line if word.strip()]
