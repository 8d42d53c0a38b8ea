"""Files go in and out on the command line, with the permissions of a person."""

from pathlib import Path

import click
import pytest
from sqlalchemy import select

from core.contacts import Contact
from core.database import db
from core.records.commands import export_records, import_records
from core.testing import factories


def bring(app, file, *maps, key="", mode="", person="", check=False, **options):
    # a command has a context and with it a session of its own
    db.session.rollback()
    import_records(app, "contact", Path(file), maps, key, mode, person, check, **options)


def test_a_file_comes_in_and_goes_out(app, tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text("Kunde,E-mail,Status\nHelios,a@example.com,Client\nBad,nonsense,\n")
    bring(app, source, "Kunde=name", check=True)
    assert "1 new, 1 refused" in capsys.readouterr().out
    assert db.session.scalars(select(Contact)).all() == []
    bring(app, source, "Kunde=name", key="email")
    target = tmp_path / "out.csv"
    db.session.rollback()
    export_records(app, "contact", target, "csv", ["f.status.is=client"], "name,email", False, "", bom=False)
    assert target.read_text().splitlines() == ["Name,E-mail", "Helios,a@example.com"]


def test_a_person_brings_in_what_the_person_may(app, tmp_path):
    seller = factories.user("Sel Ler", contact__view="own", contact__export="own", contact__create="all")
    number, email = seller.id, seller.email
    source = tmp_path / "in.csv"
    source.write_text("Name\nHelios\n")
    bring(app, source, person=email)
    assert db.session.scalars(select(Contact.owner_id)).one() == number


@pytest.mark.parametrize("options", [{"maps": ["Gone=name"]}, {"maps": ["Name=gone"]}, {"person": "no@example.com"},
                                     {"key": "about"}, {"encoding": "klingon"}])
def test_what_is_wrong_is_one_sentence(app, tmp_path, options):
    source = tmp_path / "in.csv"
    source.write_text("Name\nHelios\n")
    more = {name: value for name, value in options.items() if name != "maps"}
    with pytest.raises(click.BadParameter):
        bring(app, source, *options.get("maps", ()), **more)
    with pytest.raises(click.BadParameter):
        export_records(app, "contact", tmp_path / "x.csv", "csv", ["f.gone.is=1"], "", False, "")
    with pytest.raises(click.BadParameter):
        export_records(app, "wizard", tmp_path / "x.csv", "csv", [], "", False, "")
