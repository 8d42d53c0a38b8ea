"""Attached files: kept outside the web root, under the hash of their content."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from core.database import Model, Record

ALLOWED = frozenset((
    "pdf", "txt", "md", "csv", "tsv", "xls", "xlsx", "ods", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp",
    "png", "jpg", "jpeg", "gif", "webp", "svg", "heic", "mp3", "wav", "ogg", "m4a", "mp4", "webm",
    "zip", "7z", "gz", "eml", "msg", "ics", "vcf", "json", "xml"))
"""Endings of files that can be attached: documents, pictures, sound; nothing that a double click runs."""
INLINE = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
"""What a browser may show in place: pictures that Pillow could read. Everything else is a download."""


class Attachment(Record, Model):
    """A file on a note."""

    __tablename__ = "record_file"

    note_id: Mapped[int | None] = mapped_column(ForeignKey("record_note.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    inline_type: Mapped[str | None] = mapped_column(String(40))

    @property
    def path(self) -> Path:
        """Where the content lies."""
        return folder() / self.sha256[:2] / self.sha256


def folder() -> Path:
    """The folder of all attached files."""
    return Path(current_app.instance_path) / "uploads"


def store_all(uploads: Iterable[FileStorage]) -> list[Attachment]:
    """Keep the files that a form sent.

    Raises ValidationError: it says of each bad one what is wrong, and names the good ones, since a browser
    forgets what was chosen.
    """
    kept: list[Attachment] = []
    wrong: list[str] = []
    for upload in uploads:
        try:
            kept += [store(upload.stream, upload.filename)] if upload.filename else []
        except ValidationError as error:
            wrong += error.normalized_messages()["files"]
    if wrong and kept:
        wrong.append(_("Attach these again: %(names)s.", names=", ".join(file.name for file in kept)))
    if wrong:
        raise ValidationError({"files": wrong})
    return kept


def store(stream: IO[bytes], filename: str) -> Attachment:
    """Keep a file's content and describe it. Raises ValidationError for an ending or a size that is not allowed."""
    name = Path(filename.replace("\\", "/")).name[:200].replace("\0", "") or "file"
    ending = Path(name).suffix.lstrip(".").lower()
    if ending not in ALLOWED:
        raise ValidationError({"files": [_("“%(name)s”: files of this kind cannot be attached. Pack it as a ZIP.",
                                           name=name)]})
    content = stream.read(current_app.config["UPLOAD_LIMIT_MB"] * 1024 * 1024 + 1)
    if len(content) > current_app.config["UPLOAD_LIMIT_MB"] * 1024 * 1024:
        raise ValidationError({"files": [_("“%(name)s” is larger than %(limit)s MB.", name=name,
                                           limit=current_app.config["UPLOAD_LIMIT_MB"])]})
    attachment = Attachment(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    if not attachment.path.exists():
        attachment.path.parent.mkdir(parents=True, exist_ok=True)
        partial = attachment.path.with_suffix(".part")
        partial.write_bytes(content)
        partial.replace(attachment.path)
    attachment.inline_type = INLINE.get(ending) if ending in INLINE and _is_picture(attachment.path) else None
    return attachment


def send(attachment: Attachment, inline: bool = False) -> Response:
    """Answer with a file; what is not a proven picture is always a download."""
    shown = inline and attachment.inline_type is not None
    response: Any = send_file(
        attachment.path, mimetype=attachment.inline_type if shown else "application/octet-stream",
        as_attachment=not shown, download_name=attachment.name if attachment.name.isascii() or not shown
        else secure_filename(attachment.name))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response  # type: ignore[no-any-return]


def _is_picture(path: Path) -> bool:
    from PIL import Image, UnidentifiedImageError
    try:
        with Image.open(path) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        return False
    return True
