"""The bare application, once on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.core.jobs import bare


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    with bare.running(tmp_path, request.param) as app:
        yield app
