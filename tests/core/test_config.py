"""Options that cannot work are refused at the start, wherever they come from."""

import pytest

from core.config import ConfigError, load


def test_an_unknown_time_zone_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ELEVEN_TIME_ZONE", "Mars")
    with pytest.raises(ConfigError, match=r"ELEVEN_TIME_ZONE.*no time zone 'Mars'; write one like Europe/Berlin"):
        load(tmp_path)
    monkeypatch.setenv("ELEVEN_TIME_ZONE", "Asia/Tokyo")
    assert load(tmp_path)["TIME_ZONE"] == "Asia/Tokyo"


@pytest.mark.parametrize("line", ["TIME_ZONE = 'Mars'", "LANGUAGE = 'xx'", "SESSION_DAYS = 0", "API_RATE = 'often'"])
def test_what_the_companys_file_says_is_looked_at_too(tmp_path, line):
    (tmp_path / "config.py").write_text(line)
    with pytest.raises(ConfigError, match=f"config.py: {line.partition(' ')[0]}: "):
        load(tmp_path)
