"""What is wrong with a value is said in the reader's language, whatever the field and whatever the value."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask_babel import force_locale
from marshmallow import ValidationError

from core.plugin import registry

WRONG = (None, "", "abc", "x" * 300_000, -1, 10**30, 1.5, True, "2026-13-45", "NaN", [], [None], [{}], ["x" * 100] * 60,
         {}, {"amount": "x", "currency": "EUR"}, [{"unknown": 1}] * 501)


def texts(messages: Any) -> Iterator[str]:
    """Every sentence in marshmallow's nested messages."""
    if isinstance(messages, dict):
        for inner in messages.values():
            yield from texts(inner)
    elif isinstance(messages, list):
        for inner in messages:
            yield from texts(inner)
    else:
        yield str(messages)


@pytest.mark.parametrize("value", WRONG, ids=lambda value: str(value)[:20])
def test_nobody_is_told_in_a_foreign_language(app, value):
    with force_locale("ru"):
        for kind in registry().record_types.values():
            for name in kind.form_fields:
                try:
                    kind.schema(partial=True).load({name: value})
                except ValidationError as error:
                    for text in texts(error.normalized_messages()):
                        assert re.search("[а-я]", text), (kind.name, name, text)
