"""Notes: text with files beside it, and nothing lost when one of them is refused."""

import html
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import db
from core.records.files import Attachment
from core.records.notes import Note, folded_html
from core.testing import factories


@pytest.fixture
def acme(app):
    return factories.contact("Acme")


def write(client, acme, text, *files):
    return client.post(f"/contacts/{acme.id}/notes", data={
        "text": text, "files": [(io.BytesIO(content), name) for name, content in files]})


def test_a_refused_file_leaves_the_text_where_it_was_typed(app, client, acme):
    answer = write(client, acme, "Called.\nThey <agree>.", ("offer.pdf", b"%PDF"), ("evil.html", b"<script>"))
    assert answer.status_code == 422
    composer = answer.text.split("data-composer")[1].split("</form>")[0]
    assert ">\nCalled.\nThey &lt;agree&gt;.</textarea>" in composer
    error = composer.split('id="page-files-error"')[1]
    assert "“evil.html”: files of this kind cannot be attached" in error
    assert "Attach these again: offer.pdf." in error
    assert db.session.scalar(db.select(db.func.count(Note.id))) == 0
    assert db.session.scalar(db.select(db.func.count(Attachment.id))) == 0


def test_nothing_at_all_is_no_note(app, client, acme):
    answer = write(client, acme, "  ")
    assert answer.status_code == 422
    assert "Write something, or attach a file." in answer.text.split('id="page-text-error"')[1]


def test_a_note_may_be_a_file_alone(app, client, acme):
    assert write(client, acme, "", ("offer.pdf", b"%PDF")).status_code == 302
    note = db.session.scalars(db.select(Note)).one()
    assert (note.text, [file.name for file in note.files]) == ("", ["offer.pdf"])
    assert ">offer.pdf</a>" in client.get(f"/contacts/{acme.id}").text


def test_a_file_over_the_limit_is_answered_with_what_to_do(app, client, acme, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    answer = write(client, acme, "Called.", ("plan.pdf", b"x" * 2000))
    assert answer.status_code == 413
    assert "a smaller file: 25 MB at most. Go back with your browser: what you typed is still there." in answer.text


def test_a_very_long_note_is_folded_and_complete(app, client, acme):
    text = "\n".join(f"line {number} of a long story" for number in range(4000))
    write(client, acme, text)
    entry = client.get(f"/contacts/{acme.id}").text.split('class="entry-body prose"')[1].split("</li>")[0]
    shown, _more, folded = entry.partition('<details class="unfold"><summary>Show more</summary>')
    assert shown.count("<br>") < 20
    numbers = re.findall(r"line (\d+) of", shown + folded)
    assert numbers == [str(number) for number in range(4000)]


@pytest.mark.parametrize("text", ["Short.", "x" * 1700, "One line\n" * 19])
def test_a_note_of_a_page_is_shown_whole(text):
    assert "<details" not in folded_html(text, [])


@given(st.text(alphabet="ab \n<&", max_size=6000))
def test_folding_loses_nothing_but_blanks(text):
    plain = re.sub(r"<summary>.*?</summary>|<[^>]+>|\s", "", str(folded_html(text, [])))
    assert html.unescape(plain) == re.sub(r"\s", "", text)
