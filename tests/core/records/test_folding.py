"""Text is compared alike wherever it is compared: in Python, on SQLite and on PostgreSQL."""

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select

from core.database import db, fold
from core.records.folding import folded
from core.testing import factories
from tests.core.records.test_lists import titles

# what every version of Unicode in use agrees on; a database keeps no NUL
SETTLED = [chr(number) for number in range(1, 0x20000)
           if unicodedata.ucd_3_2_0.category(chr(number)) not in ("Cn", "Cs") and number != 0xFFFF]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(st.sampled_from(SETTLED)), st.text("aÉéßẞςΣΟİıйЙй́ёЁё\t\n\x1c\x85\xa0\u2003 ﬁ½한Ǆ")))
@example(text="ΟΔΟΣ ὈΔΌΣ Σ")
def test_the_database_folds_as_python_does(app, text):
    assert db.session.scalar(select(folded(literal(text)))) == fold(text)


def test_every_letter_is_folded_alike(app):
    for start in range(0, len(SETTLED), 500):
        text = "x".join(SETTLED[start:start + 500])
        assert db.session.scalar(select(folded(literal(text)))).split("x") == fold(text).split("x")


@pytest.mark.parametrize(("written", "typed"), [
    ("José Álvarez", "José"), ("José Álvarez", "jose"), ("Müller GmbH", "MÜLLER"), ("Müller GmbH", "muller"),
    ("Große Straße", "Große Straße"), ("Große Straße", "GROSSE"), ("École du Nord", "école"), ("Чайка", "чайка"),
    ("Ёлка", "елка"), ("Łódź", "łodz"), ("Οδός", "ΟΔΌΣ"),
])
def test_accents_and_case_do_not_matter_to_a_filter(app, client, written, typed):
    factories.contact(written, about=written)
    factories.contact("Zebra", about="Zebra")
    for field in ("name", "about"):
        for operator, word in (("contains", typed), ("starts", typed), ("is", written.upper())):
            answer = client.get("/contacts/", query_string={f"f.{field}.{operator}": word})
            assert titles(answer) == [written], (field, operator)
