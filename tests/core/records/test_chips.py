"""The filters of a list in words, and how a person makes alternatives of them."""

import re
from html import unescape

import pytest

from core.testing import factories
from tests.core.records.test_lists import titles


def chips(page):
    """The groups of chips: what each says, and where its × and its "or…" lead."""
    found = []
    for part in page.text.split('<div class="chip-group"')[1:]:
        part = part.split("</form>")[0]
        labels = [unescape(text) for text in re.findall(r'<span class="chip"><span class="clip">([^<]*)</span>', part)]
        removes = [unescape(url) for url in re.findall(r'class="chip-x" href="([^"]*)"', part)]
        found.append((labels, removes, unescape(re.search(r'hx-get="([^"]*)"', part)[1])))
    return found


@pytest.fixture
def company(app):
    for name, status in (("Acme", "client"), ("Blue", "prospect"), ("Cedar", "former"), ("Delta", "partner")):
        factories.contact(name, status=status)


def test_an_alternative_joins_a_filter(company, client):
    page = client.get("/contacts/?f.status.is=client&f.name.contains=e")
    (labels, _removes, url), (other, _removes, _url) = chips(page)
    assert (labels, other) == (["Status is any of Client"], ["Name contains e"])
    form = client.get(url)
    assert "Status is any of Client" in form.text
    assert 'name="any1.name.contains"' in form.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form.text))
    assert hidden["any1.status.is"] == "client"
    assert hidden["f.name.contains"] == "e"
    page = client.get("/contacts/?any1.status.is=client&f.name.contains=e&any1.name.starts=blu")
    assert titles(page) == ["Acme", "Blue"]
    (labels, removes, url), _other = chips(page)
    assert labels == ["Status is any of Client", "Name starts with blu"]
    assert "into=any1" in url
    assert titles(client.get(removes[0])) == ["Blue"]
    assert len(chips(client.get(removes[0]))) == 2


def test_a_second_group_is_another_one(company, client):
    _first, (_labels, _removes, url) = chips(client.get("/contacts/?any1.status.is=client&f.name.contains=e"))
    assert "into=any2" in url
    assert "any2.name.contains=e" in url
    assert 'name="f.name.contains"' in client.get(url.replace("into=any2", "into=any7")).text


@pytest.mark.parametrize(("address", "english", "russian"), [
    ("f.employers.left.is=1", "Works at: Left: yes", "Место работы: Больше не работает: да"),
    ("f.employers.left.is=false", "Works at: Left: no", "Место работы: Больше не работает: нет"),
    ("f.status.is_not=client", "Status is none of Client", "Статус кроме: Клиент"),
    ("f.status.is=client", "Status is any of Client", "Статус среди: Клиент"),
    ("f.tags.has=vip", "Tags has any of vip", "Метки среди них: vip"),
    ("f.owner.is=me", "Owner is any of me", "Ответственный среди: я"),
    ("f.about.empty=1", "About is empty", "О контакте не заполнено"),
])
def test_chips_read_well_in_both_languages(app, client, address, english, russian):
    assert chips(client.get(f"/contacts/?{address}"))[0][0] == [english]
    page = client.get(f"/contacts/?{address}", headers={"Accept-Language": "ru"})
    assert chips(page)[0][0] == [russian]


def test_a_chip_names_a_record_only_to_who_may_see_it(app, client, sign_in):
    secret = factories.contact("Secret Holding")
    assert chips(client.get(f"/contacts/?f.parent.is={secret.id}"))[0][0] == ["Part of is any of Secret Holding"]
    una = sign_in(factories.user("Una User", contact__view="own"))
    assert chips(una.get(f"/contacts/?f.parent.is={secret.id}"))[0][0] == [
        "Part of is any of a record that you may not see"]
