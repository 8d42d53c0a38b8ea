"""Whatever a column holds comes back from the journal as it was."""

import json
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.journal.encoding import decode, encode

json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | (
    st.dictionaries(st.text(), inner)))
values = (st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates() | st.times()
          | st.datetimes(timezones=st.just(UTC)) | st.datetimes() | st.decimals(allow_nan=False) | st.uuids()
          | st.binary() | st.timedeltas(max_value=timedelta(days=9999),
                                        min_value=timedelta(days=-9999))
          | st.lists(json_values) | st.dictionaries(st.text(), json_values))


@given(values)
def test_round_trip(value: object) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_what_cannot_come_back_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot keep"):
        encode(object())
