"""A contact's page and what it leads to: people, structure, photo, card, QR code."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from core.contacts import Contact, vcard
from core.database import db, now
from core.journal import set_actor
from core.testing import factories

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def person(name, **data):
    return factories.contact(name, kind="person", **data)


def works_at(organization, **more):
    return [{"organization": organization.id, **more}]


def panel(page, key):
    return page.split(f'id="panel-core-contacts-{key}"')[1].split("</section>")[0]


def test_an_organisation_shows_its_people_and_who_has_left(app, client):
    helios = factories.contact("Helios")
    person("Maria Ivanova", employers=works_at(helios, role="Director"))
    person("Adam Smith", employers=works_at(helios, role="Driver", ended_on="2023-05-31"))
    assert "/panels/core.contacts/people" in panel(client.get(f"/contacts/{helios.id}").text, "people")
    shown = client.get(f"/contacts/{helios.id}/panels/core.contacts/people").text
    assert shown.index("Maria Ivanova") < shown.index("Adam Smith")
    assert "Director" in shown
    assert "left May 2023" in shown
    listed = client.get(f"/contacts/?f.employers.organization.is={helios.id}&f.employers.left.is=0").text
    assert "Maria Ivanova" in listed
    assert "Adam Smith" not in listed
    assert "Works at: Organisation is any of Helios" in listed


def test_an_organisation_shows_the_tree_it_stands_in(app, client):
    group = factories.contact("Group")
    holding = factories.contact("Holding", parent=group.id)
    shop = factories.contact("Shop", parent=holding.id)
    factories.contact("Kiosk", parent=shop.id)
    assert "/panels/core.contacts/structure" in panel(client.get(f"/contacts/{holding.id}").text, "structure")
    shown = client.get(f"/contacts/{holding.id}/panels/core.contacts/structure").text
    assert shown.index("Group") < shown.index("Holding") < shown.index("Shop") < shown.index("Kiosk")


def test_who_may_not_see_a_relative_is_not_told_its_name(app, sign_in):
    una = factories.user(contact__view="own", contact__edit="own", contact__create="own")
    secret = factories.contact("Secret Group")
    hidden = person("Hidden Person", employers=works_at(secret))
    mine = factories.contact("Mine", owner=una.id, parent=secret.id)
    employee = person("Maria Ivanova", owner=una.id, employers=works_at(secret, role="Spy"))
    browser = sign_in(una)
    for url in (f"/contacts/{mine.id}", f"/contacts/{employee.id}", f"/contacts/{employee.id}/edit",
                f"/contacts/{mine.id}/edit", f"/contacts/new?parent={secret.id}", f"/contacts/{employee.id}/card.vcf",
                f"/contacts/new?employers-0-organization={secret.id}", f"/contacts/{mine.id}/history",
                f"/contacts/{mine.id}/panels/core.contacts/structure", "/contacts/"):
        page = browser.get(url)
        assert page.status_code == 200, url
        assert "Secret Group" not in page.text, url
    for url in ("", "/photo", "/qr", "/card.vcf"):
        assert browser.get(f"/contacts/{hidden.id}{url}").status_code == 404


def test_a_new_person_begins_with_the_employer(app, client):
    helios = factories.contact("Helios")
    page = client.get(f"/contacts/{helios.id}").text
    link = re.search(r'menu-item[^"]*" href="([^"]+)"[^>]*>(?:(?!</a>).)*New person here', page, re.DOTALL)[1]
    link = link.replace("&amp;", "&")
    form = client.get(link).text
    assert f'<option value="{helios.id}" selected>Helios</option>' in form
    assert '<option value="person" selected>' in form


def test_leaving_an_employer_takes_one_click_and_can_be_undone(app, post):
    helios = factories.contact("Helios")
    maria = person("Maria Ivanova", employers=works_at(helios, role="Engineer", started_on="2020-01-01"))
    number, employment = maria.id, maria.employers[0].id
    page = post(f"/contacts/{number}/leave/{employment}").text
    assert "left" in page
    row = db.session.get(Contact, number).employers[0]
    assert (row.left, row.ended_on) == (True, now().date())
    post("/undo/" + page.split('action="/undo/')[1].split('"')[0])
    db.session.expire_all()
    assert not db.session.get(Contact, number).employers[0].left


def test_a_birthday_is_announced_two_weeks_ahead(app, client):
    soon = now().date() + timedelta(days=3)
    near = person("Maria Ivanova", birthday=soon.replace(year=1984).isoformat())
    far = person("Adam Smith", birthday=(soon + timedelta(days=60)).replace(year=1985).isoformat())
    assert "in 3 days" in panel(client.get(f"/contacts/{near.id}").text, "birthday")
    assert "Birthday soon" not in client.get(f"/contacts/{far.id}").text
    listed = client.get("/contacts/?f.birthday.within=next_7_days").text
    assert "Maria Ivanova" in listed
    assert "Adam Smith" not in listed


def jpeg(size=(300, 500), **options):
    out = io.BytesIO()
    picture = Image.new("RGB", size, "red")
    exif = picture.getexif()
    exif[0x010F] = "CameraMaker"
    picture.save(out, "JPEG", exif=exif, comment=b"taken at home", **options)
    out.seek(0)
    return out


def test_a_photo_is_squared_freed_of_its_exif_and_shown(app, client, post):
    maria = person("Maria Ivanova")
    page = post(f"/contacts/{maria.id}/photo", {"photo": (jpeg(), "me.jpg")}).text
    url = re.search(r'src="(/contacts/\d+/photo/256/[^"]+)"', page)[1]
    answer = client.get(url)
    assert answer.mimetype == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"CameraMaker" not in answer.data
    assert b"at home" not in answer.data
    assert Image.open(io.BytesIO(answer.data)).size == (256, 256)
    assert Image.open(io.BytesIO(client.get(url.replace("/256/", "/64/")).data)).size == (64, 64)
    assert client.get(url.replace("/256/", "/4096/")).status_code == 404
    page = post(f"/contacts/{maria.id}/photo", {"remove": "1"}).text
    assert "/photo/256/" not in page
    assert client.get(url).status_code == 404


def test_a_logo_keeps_its_shape_and_its_transparency(app, client, post):
    helios = factories.contact("Helios")
    out = io.BytesIO()
    Image.new("RGBA", (400, 100), (0, 0, 255, 128)).save(out, "PNG")
    out.seek(0)
    page = post(f"/contacts/{helios.id}/photo", {"photo": (out, "logo.png")}).text
    logo = Image.open(io.BytesIO(client.get(re.search(r'src="(/contacts/\d+/photo/256/[^"]+)"', page)[1]).data))
    assert logo.size == (256, 256)
    assert logo.getpixel((128, 2))[3] == 0
    assert logo.getpixel((128, 128))[3] > 0


@pytest.mark.parametrize("content", [
    b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"%PDF-1.7"])
def test_what_is_no_picture_is_refused_with_a_sentence(app, post, content):
    maria = person("Maria Ivanova")
    answer = post(f"/contacts/{maria.id}/photo", {"photo": (io.BytesIO(content), "me.jpg")})
    assert answer.status_code == 422
    assert "This is no picture" in answer.text
    assert db.session.get(Contact, maria.id).photo is None


def test_a_picture_of_too_many_pixels_is_refused_unread(app, post):
    maria = person("Maria Ivanova")
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    out.seek(0)
    answer = post(f"/contacts/{maria.id}/photo", {"photo": (out, "bomb.png")})
    assert answer.status_code == 422
    assert "pixels" in answer.text or "no picture" in answer.text


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_a_large_picture_that_is_no_jpeg_is_refused_and_a_usual_one_made_small(app, post, kind):
    maria = person("Maria Ivanova")
    for size, status in (((4000, 3200), 422), ((4000, 2900), 200)):
        out = io.BytesIO()
        Image.new("P" if kind == "GIF" else "RGB", size).save(out, kind)
        out.seek(0)
        answer = post(f"/contacts/{maria.id}/photo", {"photo": (out, "me.picture")})
        assert answer.status_code == status
        assert ("more than 12 million pixels" in answer.text) is (status == 422)


def test_the_file_of_a_card_has_the_name_of_the_contact_in_any_alphabet(app, client):
    for name, said in (("Helios", "filename=Helios.vcf"), ("Салон «Юг»", "filename*=UTF-8''%D0%A1%D0%B0%D0%BB"),
                       ('A "quoted"; name', 'filename="A \\"quoted\\"; name.vcf"')):
        answer = client.get(f"/contacts/{factories.contact(name).id}/card.vcf")
        assert answer.status_code == 200
        assert said in answer.headers["Content-Disposition"]


def test_a_card_and_a_code_are_handed_out(app, client):
    helios = factories.contact("Helios")
    maria = person("Иванова Мария Сергеевна", employers=works_at(helios, role="Director"), birthday="05-17",
                   emails=[{"address": "maria@helios.example"}], addresses=[{"city": "Москва", "country": "RU"}])
    for version in ("3.0", "4.0"):
        answer = client.get(f"/contacts/{maria.id}/card.vcf?version={version}")
        assert answer.mimetype == "text/vcard"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert f"VERSION:{version}" in answer.text
        (card,) = vcard.read(answer.data)
        assert (card.name, card.patronymic, card.uid) == (maria.name, "Сергеевна", maria.uid)
        assert (card.employers[0].organization, card.employers[0].role) == ("Helios", "Director")
    page = client.get(f"/contacts/{maria.id}/qr").text
    assert "<svg" in page
    assert "style=" not in page.split("<svg")[-1].split("</svg>")[0]


def test_script_in_every_text_is_shown_and_never_run(app, client, post):
    fields = ("nickname", "prefix", "suffix", "about", "family_name", "given_name", "patronymic")
    rows = {"emails-0-label": HOSTILE, "emails-0-address": "a@b.example", "phones-0-number": HOSTILE,
            "phones-0-label": HOSTILE, "links-0-value": "javascript:alert(1)", "links-0-label": HOSTILE,
            **{f"{rows}-0-kind": "work" for rows in ("emails", "phones", "addresses")}, "links-0-kind": "website",
            "addresses-0-street": HOSTILE, "addresses-0-city": HOSTILE, "addresses-0-region": HOSTILE,
            "dates-0-label": HOSTILE, "dates-0-date": "2020-01-01"}
    data = {"_fields": ",".join(("kind", "tags", *fields, "emails", "phones", "links", "addresses", "dates")),
            "kind": "person", "tags": HOSTILE.replace(",", ""), **dict.fromkeys(fields, HOSTILE), **rows}
    data |= {name: value[:60] for name, value in data.items() if "label" in name or "number" in name}
    data |= {"prefix": HOSTILE[:60], "suffix": HOSTILE[:60], "nickname": HOSTILE[:100], "tags": HOSTILE[:60]}
    page = post("/contacts/new", data)
    assert page.status_code == 200
    number = db.session.scalars(db.select(Contact.id)).one()
    helios = factories.contact(HOSTILE, parent=factories.contact(HOSTILE + "2").id)
    for url in (f"/contacts/{number}", f"/contacts/{number}/edit", f"/contacts/{number}/qr",
                f"/contacts/{number}/photo", f"/contacts/{number}/history",
                f"/contacts/{helios.id}", "/contacts/", "/contacts/?mode=board",
                "/contacts/?columns=name,core.contacts:city,tags,nickname,about"):
        text = client.get(url).text
        assert "<script>alert" not in text, url
        assert "<img src=x" not in text, url
        assert 'href="javascript:' not in text, url


@pytest.mark.parametrize("name", ["name", "about", "nickname"])
def test_ten_megabytes_and_nul_bytes_are_refused_with_a_sentence(app, client, post, name):
    for value in ("x" * 10_000_000, "a\0b"):
        answer = post("/contacts/new", {"_fields": f"kind,{name}", "kind": "organization", name: value})
        assert answer.status_code in (413, 422)
    assert db.session.scalar(db.select(db.func.count()).select_from(Contact)) == 0


def test_lists_are_filtered_by_what_belongs_to_contacts(app, client):
    factories.contact("Helios", emails=[{"address": "info@helios.example"}], phones=[{"number": "+7 495 1234567"}],
                      addresses=[{"city": "Москва", "country": "RU"}, {"city": "Berlin", "country": "DE"}])
    factories.contact("Selene", addresses=[{"city": "Berlin", "country": "DE"}])
    factories.contact("Eos")

    def names(query):
        page = client.get(f"/contacts/?{query}")
        assert page.status_code == 200, page.text
        return {name for name in ("Helios", "Selene", "Eos") if f">{name}<" in page.text}

    assert names("f.addresses.city.is=москва") == {"Helios"}
    assert names("f.addresses.city.contains=erl") == {"Helios", "Selene"}
    assert names("f.addresses.city.is_not=Berlin") == {"Eos"}
    assert names("f.addresses.city.empty=1") == {"Eos"}
    assert names("f.addresses.country.is=RU,FR") == {"Helios"}
    # both must hold of one address
    assert names("f.addresses.country.is=RU&f.addresses.city.is=Berlin") == set()
    assert names("any1.addresses.country.is=RU&any1.name.is=eos") == {"Helios", "Eos"}
    assert names("f.emails.address.contains=helios") == {"Helios"}
    assert names("f.email.not_empty=1") == {"Helios"}
    assert names("f.phone.empty=1") == {"Selene", "Eos"}
    assert client.get("/contacts/?f.emails.label.is=x").status_code == 400
    assert client.get("/contacts/?f.addresses.country.is=XX").status_code == 400
    assert client.get("/contacts/?f.addresses.city.within=today").status_code == 400


def test_city_and_employer_can_be_columns(app, client):
    helios = factories.contact("Helios", addresses=[{"city": "Berlin"}])
    person("Maria Ivanova", employers=works_at(helios))
    page = client.get("/contacts/?columns=name,core.contacts:city,core.contacts:employer").text
    assert "<td>Berlin</td>" in re.sub(r'<td data-align="start">', "<td>", page)
    assert "<td>Helios</td>" in re.sub(r'<td data-align="start">', "<td>", page)


RICH = {
    "emails": [{"address": "a@helios.example", "kind": "work"}, {"address": "b@helios.example", "kind": "work"}],
    "phones": [{"number": "+7 916 123-45-67", "kind": "work"}], "tags": ["vip"], "birthday": "1985-05-17",
    "addresses": [{"city": "Berlin", "country": "DE", "kind": "work"}],
    "links": [{"value": "https://helios.example", "kind": "website"}],
    "dates": [{"label": "Founded", "date": "2001-02-03"}],
}


@pytest.mark.parametrize("scope", ["own", "team", "subtree", "all"])
def test_the_richest_page_costs_as_few_statements_for_everybody(app, sign_in, statements, scope):
    team = factories.team("Sales", factories.team("Company"))
    una = factories.user("Una User", team, contact__view=scope, contact__edit=scope, contact__delete=scope,
                         contact__create=scope)
    place = {"owner": una.id, "team": team.id}
    group = factories.contact("Group", **place)
    helios = factories.contact("Helios", parent=group.id, **place, **{k: v for k, v in RICH.items() if k != "birthday"})
    maria = person("Maria Ivanova", employers=works_at(helios), **place, **RICH)
    factories.contact("Shop", parent=helios.id, **place)
    client = sign_in(una)
    for number in (helios.id, maria.id):
        client.post(f"/contacts/{number}/notes", data={"text": "A note for @Una User"})
        client.get(f"/contacts/{number}")
        statements.clear()
        assert client.get(f"/contacts/{number}").status_code == 200
        assert len(statements) <= 15, "\n".join(statements)


def test_a_page_needs_few_statements_whatever_belongs_to_it(app, admin, client, statements):
    set_actor(admin.id, "web")
    helios = factories.contact("Helios", parent=factories.contact("Group").id)
    for number in range(9):
        factories.contact(f"Shop {number}", parent=helios.id)
        last = person(f"Person {number}", employers=works_at(helios), birthday=now().date().isoformat())
    for number in (helios.id, last.id):
        client.get(f"/contacts/{number}")
        statements.clear()
        client.get(f"/contacts/{number}")
        assert len(statements) <= 15, "\n".join(statements)
