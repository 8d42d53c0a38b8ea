"""Pages of one contact beyond those of every record: photo, card, QR code, leaving an employer."""

from io import BytesIO

from flask import Blueprint, Response, abort, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from core.contacts import operations, outgoing, photos, qr, vcard
from core.contacts.models import PERSON, Contact
from core.contacts.records import contacts
from core.database import db
from core.journal import current_transaction_id
from core.records import operations as records
from core.records.query import access
from core.web import flash_undo, render, requires

VERSIONS: tuple[vcard.Version, ...] = ("3.0", "4.0")

blueprint = Blueprint("contact_pages", __name__, url_prefix="/contacts", template_folder="templates")


@blueprint.get("/<int:contact_id>/photo/<int:size>/<name>")
@requires(contacts.permission("view"))
def photo_file(contact_id: int, size: int, name: str) -> Response:
    """A contact's picture; its address names its content, so a browser may keep it."""
    stored = db.session.scalar(
        select(Contact.photo).where(Contact.id == contact_id, access(contacts, current_user))
    ) if contact_id < 2**31 else None
    if stored != name or size not in photos.SIZES or not photos.path(name, size).exists():
        abort(404)
    response = send_file(photos.path(name, size), mimetype=photos.media_type(name), max_age=31536000)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.route("/<int:contact_id>/photo", methods=["GET", "POST"])
@requires(contacts.permission("edit"))
def photo(contact_id: int) -> str | BaseResponse | tuple[str, int]:
    """Choose a photo or a logo, or take it away."""
    contact = records.find(contacts, contact_id, current_user, "edit")
    if request.method == "GET":
        return _photo_page(contact)
    picture = request.files.get("photo")
    try:
        if not picture and "remove" not in request.form:
            raise ValidationError({"photo": [_("Choose a picture first.")]})
        operations.set_photo(contact, picture.stream if picture and "remove" not in request.form else None)
    except ValidationError as error:
        db.session.rollback()
        message = " ".join(error.normalized_messages()["photo"])
        return _photo_page(records.find(contacts, contact_id, current_user), message), 422
    undo = current_transaction_id()
    db.session.commit()
    flash_undo(_("Saved."), undo)
    return redirect(contacts.url("show", record_id=contact_id))


def _photo_page(contact: Contact, error: str = "") -> str:
    return render("contact/photo.html", rt=contacts, contact=contact, error=error, is_person=contact.kind == PERSON,
                  picture=photos.url(contact.id, contact.photo, photos.SIZES[-1]),
                  urls={"list": contacts.url("index"), "record": contacts.url("show", record_id=contact.id),
                        "photo": url_for("contact_pages.photo", contact_id=contact.id)})


@blueprint.get("/<int:contact_id>/card.vcf")
@requires(contacts.permission("view"))
def card(contact_id: int) -> Response:
    """The contact as a vCard, of version 3.0 or, if asked for, 4.0."""
    contact = records.find(contacts, contact_id, current_user)
    text = vcard.write(outgoing.data_of([contact], current_user), version_asked())
    return send_file(BytesIO(text.encode()), "text/vcard", as_attachment=True,
                     download_name=f"{contact.name[:80] or 'contact'}.vcf")


def version_asked() -> vcard.Version:
    """The version of vCard that the address names; 3.0, which every phone reads, if none or an unknown one."""
    return next((known for known in VERSIONS if known == request.args.get("version")), VERSIONS[0])


@blueprint.get("/<int:contact_id>/qr")
@requires(contacts.permission("view"))
def qr_page(contact_id: int) -> str:
    """The contact as a code for a phone's camera."""
    contact = records.find(contacts, contact_id, current_user)
    image = qr.svg(outgoing.data_of([contact], current_user)[0], _("vCard of %(name)s", name=contact.name))
    return render("contact/qr.html", rt=contacts, contact=contact, image=Markup(image),  # noqa: S704 segno escapes
                  urls={"list": contacts.url("index"), "record": contacts.url("show", record_id=contact.id)},
                  cards=[(version, url_for("contact_pages.card", contact_id=contact.id, version=version))
                         for version in VERSIONS])


@blueprint.post("/<int:contact_id>/leave/<int:employment_id>")
@requires(contacts.permission("edit"))
def leave(contact_id: int, employment_id: int) -> BaseResponse:
    """Note that a person works at an organisation no more."""
    contact = records.find(contacts, contact_id, current_user, "edit")
    employment = next((row for row in contact.employers if row.id == employment_id), None)
    if employment is None:
        abort(404)
    operations.leave(contact, employment)
    undo = current_transaction_id()
    db.session.commit()
    flash_undo(_("Noted: works there no more."), undo)
    return redirect(contacts.url("show", record_id=contact_id))
