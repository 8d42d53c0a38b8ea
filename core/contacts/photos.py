"""Photos and logos: made into small squares without anything that a camera has added, kept by their content."""

import hashlib
import io
from pathlib import Path
from typing import IO, TYPE_CHECKING

from flask import current_app, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from core.records import files

if TYPE_CHECKING:  # a server that takes no picture does without
    from PIL import Image

SIZES = (64, 256)
"""Pixels of a side: in lists and on a page."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_MAX_PIXELS = {"JPEG": 50_000_000}
_MAX_PIXELS_ELSE = 12_000_000
"""A JPEG is made small while it is read; what is not needs its pixels in memory several times."""
_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


def store(stream: IO[bytes], square: bool = True) -> str:
    """Keep a picture in its sizes and return its name; what is not square is cut, or else gets a margin.

    Raises ValidationError for what is no picture or too large a one.
    """
    limit = int(current_app.config["UPLOAD_LIMIT_MB"])
    content = stream.read(limit * 1024 * 1024 + 1)
    if len(content) > limit * 1024 * 1024:
        raise ValidationError({"photo": [_("The picture is larger than %(limit)s MB.", limit=limit)]})
    picture = _open(content)
    largest = _rendered(picture, SIZES[-1], square)
    ending = "png" if largest.mode == "RGBA" else "jpg"
    name = f"{hashlib.sha256(_encoded(largest, ending)).hexdigest()}.{ending}"
    for size in SIZES:
        target = path(name, size)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".part")
            partial.write_bytes(_encoded(_rendered(largest, size, square), ending))
            partial.replace(target)
    return name


def path(name: str, size: int) -> Path:
    """Where a size of a picture lies."""
    stem, _dot, ending = name.partition(".")
    return files.folder() / "photos" / stem[:2] / f"{stem}-{size}.{ending}"


def media_type(name: str) -> str:
    """What kind of picture a name stands for."""
    return _TYPES[name.rpartition(".")[2]]


def read(name: str | None) -> bytes | None:
    """The largest size of a picture, if there is one and its file is still there."""
    try:
        return path(name, SIZES[-1]).read_bytes() if name else None
    except FileNotFoundError:
        return None


def url(number: int, name: str | None, size: int) -> str | None:
    """The address of a contact's picture; another picture has another address, so that each may be kept for ever."""
    return url_for("contact_pages.photo_file", contact_id=number, size=size, name=name) if name else None


def _open(content: bytes) -> "Image.Image":
    from PIL import Image, ImageOps, UnidentifiedImageError
    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
        limit = _MAX_PIXELS.get(str(picture.format), _MAX_PIXELS_ELSE)
        if picture.width * picture.height > limit:
            raise ValidationError({"photo": [_(
                "The picture has more than %(limit)s million pixels. Make it smaller.", limit=limit // 10**6)]})
        enough = (SIZES[-1] * 4, SIZES[-1] * 4)
        picture.draft("RGB", enough)
        if picture.mode != "P":  # a palette has no shades between its colours
            picture.thumbnail(enough)
        upright = ImageOps.exif_transpose(picture)
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, ValidationError):
            raise
        raise ValidationError({"photo": [_("This is no picture that can be read. Choose a JPEG, PNG, WebP or GIF.")]}
                              ) from error


def _rendered(picture: "Image.Image", size: int, square: bool) -> "Image.Image":
    """A copy that carries nothing but its pixels."""
    from PIL import Image, ImageOps
    if square:
        fitted = ImageOps.fit(picture, (size, size))
    else:
        fitted = ImageOps.pad(picture, (size, size), color=(255, 255, 255, 0) if picture.mode == "RGBA" else "white")
    bare = Image.new(picture.mode, (size, size))
    bare.paste(fitted)
    return bare


def _encoded(picture: "Image.Image", ending: str) -> bytes:
    out = io.BytesIO()
    if ending == "png":
        picture.save(out, "PNG", optimize=True)
    else:
        picture.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
