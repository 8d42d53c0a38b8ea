"""Time zones to choose from: one for each place, with its distance from UTC."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

from core.database import at, db
from core.testing import factories
from core.web import zones


def test_a_place_has_one_name():
    assert "Africa/Asmara" in zones.names()
    assert not {"Africa/Asmera", "Asia/Calcutta", "US/Eastern", "Europe/Kiev"} & set(zones.names())
    assert {"Europe/Moscow", "Europe/Berlin", "UTC"} <= set(zones.names()) <= available_timezones()


def test_the_distance_is_todays():
    with at(datetime(2026, 1, 15, tzinfo=UTC)):
        assert zones.label("America/New_York") == "America/New York (UTC−5)"
        assert zones.label("Asia/Kolkata") == "Asia/Kolkata (UTC+5:30)"
        assert zones.label("UTC") == "UTC (UTC+0)"
    with at(datetime(2026, 7, 15, tzinfo=UTC)):
        assert zones.label("America/New_York") == "America/New York (UTC−4)"


def test_a_profile_and_a_contact_offer_them_and_keep_an_older_name(app, admin, client):
    db.session.get_one(type(admin), admin.id).time_zone = "Asia/Calcutta"
    acme = factories.contact("Acme", time_zone="Asia/Calcutta")
    for address in ("/settings", f"/contacts/{acme.id}/edit"):
        page = client.get(address, follow_redirects=True).text
        assert '<option value="Asia/Calcutta" selected>Asia/Calcutta</option>' in page
        assert ">Asia/Kolkata (UTC+5:30)</option>" in page
        assert "Africa/Asmera" not in page
