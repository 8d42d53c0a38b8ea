"""Content lines: the syntax below vCard (RFC 6350 section 3, RFC 2426 section 2, vCard 2.1, RFC 6868)."""

import codecs
import quopri
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card. Names are in capitals; the value is decoded, but still escaped."""

    name: str
    value: str
    group: str = ""
    params: dict[str, list[str]] = field(default_factory=dict)

    def types(self) -> set[str]:
        """Return the TYPE parameters in small letters, also those written as one quoted list."""
        return {part.strip().lower() for value in self.params.get("TYPE", []) for part in value.split(",")}

    def param(self, name: str) -> str:
        """Return the first value of a parameter, or nothing."""
        return next(iter(self.params.get(name, [])), "")

    def preference(self) -> int:
        """Return 1 (most preferred) to 100 as in PREF of 4.0 and TYPE=PREF of 3.0, or 101 for none."""
        pref = self.param("PREF")
        if pref.isascii() and pref.isdigit() and len(pref) <= 3:
            return min(max(int(pref), 1), 100)
        return 1 if "pref" in self.types() else 101


def unfold(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join physical lines into content lines.

    Besides folding by a leading space or tab: soft breaks of quoted-printable; base64 whose further
    lines are not indented; and a line that has no colon, hence is no property, which some exporters
    write where a note has a line end.
    """
    parts: list[bytes] = []
    head = b""
    is_soft = False
    for line in lines:
        if is_soft:
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif parts and line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
        elif parts and b":" not in line:
            if line and b"BASE64" not in head and b"ENCODING=B" not in head:
                parts.append(b"\\n")
            parts.append(line)
        else:
            if parts:
                yield b"".join(parts)
            parts, head = [line], line.partition(b":")[0].upper()
        is_soft = line.endswith(b"=") and b"QUOTED-PRINTABLE" in head
    if parts:
        yield b"".join(parts)


_HEAD = re.compile(rb'((?:[^":]++|"[^"]*+")*+):')
_PARAM = re.compile(r'(?:[^";]++|"[^"]*+"?)+')
_PARAM_VALUE = re.compile(r'"([^"]*+)"?|([^,"]++)')
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "Q", "8BIT", "7BIT"}
# Only encodings of text that phones used: Python's own ones (punycode, unicode_escape) must not be asked for
_CHARSETS = re.compile(r"utf-8|cp125\d|cp866|koi8-[ru]|iso8859-\d+|mac-cyrillic|gb\w+|big5|shift_jis|euc_\w+")


def parse(line: bytes, decode: Callable[[bytes], str]) -> Property | None:
    """Return the property that a content line says, None if it is none.

    `decode` turns bytes into text where the line does not name its character set.
    """
    match = _HEAD.match(line)
    raw_head, raw_value = (match[1], line[match.end() :]) if match else line.partition(b":")[::2]
    first, *rest = _PARAM.findall(decode(raw_head)) or [""]
    group, _dot, name = first.rpartition(".")
    name = name.strip().upper()
    if not name:
        return None
    params: dict[str, list[str]] = {}
    for text in rest:
        key, equals, raw = text.partition("=")
        if not equals:  # vCard 2.1 writes TEL;HOME;QUOTED-PRINTABLE:
            key, raw = ("ENCODING" if text.upper() in _ENCODINGS else "TYPE"), text
        params.setdefault(key.strip().upper(), []).extend(
            _decaret((quoted or plain).strip()) for quoted, plain in _PARAM_VALUE.findall(raw)
        )
    prop = Property(name, "", group.strip().lower(), params)
    if prop.param("ENCODING").upper() in ("QUOTED-PRINTABLE", "Q"):
        raw_value = quopri.decodestring(raw_value)
    return Property(name, _text(raw_value, prop.param("CHARSET"), decode), prop.group, params)


def _text(raw: bytes, charset: str, decode: Callable[[bytes], str]) -> str:
    try:
        name = codecs.lookup(charset).name
        if _CHARSETS.fullmatch(name):
            return raw.decode(name)
    except (LookupError, ValueError):
        # an unknown name, or a text that is not in the character set it names
        pass
    return decode(raw)


def _decaret(text: str) -> str:
    return re.sub(r"\^([n'^])", lambda m: {"n": "\n", "'": '"', "^": "^"}[m[1]], text)


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"(?:[^\\;,]++|\\.|\\\Z)++|[;,]", re.DOTALL)


def unescape(value: str) -> str:
    """Return a text value as it is read; a backslash that escapes nothing stays."""
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1] if m[1] in '\\,;:"' else m[0], value)


def structured(value: str) -> list[list[str]]:
    """Return the components of a value between semicolons, each a list of its values between commas."""
    components: list[list[str]] = [[""]]
    for piece in _PIECE.findall(value):
        if piece == ";":
            components.append([""])
        elif piece == ",":
            components[-1].append("")
        else:
            components[-1][-1] = unescape(piece)
    return components


def escape(text: str) -> str:
    """Return text as a text value."""
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), (";", "\\;"), (",", "\\,")):
        text = text.replace(plain, escaped)
    return text


def fold(line: str) -> str:
    """Return a content line with its end, folded at 75 octets, never within a character."""
    data = line.encode()
    parts: list[bytes] = []
    start, room = 0, 75
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[start:end])
        start, room = end, 74
    parts.append(data[start:])
    return b"\r\n ".join(parts).decode() + "\r\n"
