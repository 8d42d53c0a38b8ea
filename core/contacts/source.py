"""A file that someone hands in: of limited size, in whatever encoding, read line by line."""

import codecs
import io
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO

from flask_babel import gettext as _

from core.contacts.data import ContactFileError

MAX_BYTES = 50 * 1024 * 1024
MAX_LINE = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_SAMPLE = 64 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What address books exported before UTF-8 became the rule
_LEGACY = ["cp1251", "cp1252", "cp1250", "koi8_r", "cp866", "mac_cyrillic"]

Source = str | bytes | BinaryIO


class ContactFile:
    """Lines of a file with their numbers from 1; UTF-16 arrives as UTF-8.

    A large file waits on disk, so that only one line of it need be in memory. Opening raises
    ContactFileError for a file above `MAX_BYTES`, iterating for a line above `MAX_LINE`.
    """

    def __init__(self, source: Source) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_CHUNK)  # noqa: SIM115 (closed by __exit__)
        is_utf8 = self._fill(source)
        self._file.seek(0)
        head = self._file.read(3)
        self._is_utf16 = head.startswith(_UTF_16)
        self._start = 3 if head == codecs.BOM_UTF8 else 0
        self._legacy = "cp1252" if is_utf8 or self._is_utf16 else self._guess()

    def __enter__(self) -> "ContactFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        self._file.seek(self._start)
        # Latin-1 carries any byte through unchanged: it only serves to find every kind of line end.
        encoding, back = ("utf-16", "utf-8") if self._is_utf16 else ("latin-1", "latin-1")
        text = io.TextIOWrapper(self._file, encoding=encoding, errors="replace", newline=None)
        try:
            number = 0
            while line := text.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE:
                    raise ContactFileError(
                        _("Line %(n)s is longer than 16 MB, so this is no file of contacts.", n=number)
                    )
                yield number, line.rstrip("\n").encode(back, "replace")
        finally:
            text.detach()

    def decode(self, line: bytes) -> str:
        """Return the text of a line: UTF-8 where it is, else the file's older encoding. Never fails.

        The choice is made line by line, so that one spoilt byte does not spoil the whole file.
        """
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return line.decode(self._legacy, "replace")

    def _fill(self, source: Source) -> bool:
        """Copy the source, counting, and return whether all of it is UTF-8."""
        if isinstance(source, str):
            source = source.encode("utf-8", "replace")
        if isinstance(source, bytes):
            source = io.BytesIO(source)
        decoder = codecs.getincrementaldecoder("utf-8")()
        size, is_utf8 = 0, True
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                self._file.close()
                raise ContactFileError(_("The file is larger than 50 MB. Split it and import the parts."))
            self._file.write(chunk)
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
        return is_utf8

    def _guess(self) -> str:
        sample = bytearray()
        for _number, line in self:
            if len(sample) < _SAMPLE and not line.isascii():
                sample += line[:_SAMPLE] + b"\n"
        from charset_normalizer import from_bytes  # a server that reads no file does without
        best = from_bytes(bytes(sample), cp_isolation=_LEGACY).best()
        return best.encoding if best else "cp1251"
