"""GPX 1.0 and 1.1, in and out.

A file comes from anywhere, so it is read by a parser that knows no entities: a document type, which alone can declare
them, is refused at once. Elements of other namespaces (extensions) are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from math import isfinite
from typing import NoReturn
from xml.parsers import expat

from rules.days import stamp
from rules.fields import one_line, parse_time
from rules.refusal import Code, Refusal, invalid
from rules.route.points import HIGHEST, LOWEST, MAX_POINTS, Point, Segments, in_order

MAX_BYTES = 8 * 1024 * 1024  # 20,000 points with the extensions of a sports watch
MAX_NAME = 100  # characters, as any name here
MAX_ELEMENTS = 20 * MAX_POINTS  # a watch writes about ten for a point
MAX_DEPTH = 32  # elements in each other

_OURS = {f"{scheme}://www.topografix.com/GPX/1/{minor}" for scheme in ("http", "https") for minor in (0, 1)} | {""}
_ZONED = re.compile(r"(?:[Zz]|[+-]\d{2}:\d{2})\Z")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_POINTS = {"trkpt": "trkseg", "rtept": "rte"}  # point → what it stands in
_LONGEST_TEXT = 1000  # characters of an element that are looked at


@dataclass(frozen=True, slots=True)
class Gpx:
    """The first track's name, and the segments of all tracks in order of time (of all routes, where no track has points)."""

    name: str | None
    segments: Segments


def parse_gpx(document: bytes | str) -> Gpx | Refusal:
    """Reads a file. What cannot be used is refused as `gpx`, with its line where there is one.

    A time without a zone is UTC, as GPX has it. An elevation that no ground has is left out: devices write one where they
    have none.
    """
    text = document.encode(errors="replace") if isinstance(document, str) else document
    if len(text) > MAX_BYTES:
        return Refusal(
            Code.PAYLOAD_TOO_LARGE,
            f"a GPX file may have {MAX_BYTES // 1024**2} MiB; leave out its extensions, or send it in parts",
            {"limit": MAX_BYTES, "got": len(text)},
        )
    reader = _Reader("utf-8" if isinstance(document, str) else None)
    try:
        reader.read(text)
    except _UnusableError as error:
        return invalid("gpx", str(error))
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        return invalid("gpx", f"is no XML: {error}; send the file as your device or app exported it")
    segments = in_order(reader.tracks if any(reader.tracks) else reader.routes, "gpx")
    if isinstance(segments, Refusal):
        return segments
    if not segments:
        return invalid("gpx", "holds no track and no route; export the activity with its track")
    return Gpx(reader.name, segments)


def to_gpx(segments: Segments, name: str) -> str:
    """A GPX 1.1 document with one track."""
    return "".join(_document(segments, name))


class _UnusableError(Exception):
    """Why the file can't be used, for people."""


@dataclass(slots=True)
class _Reader:
    encoding: str | None  # where the file's own declaration does not count
    name: str | None = None
    tracks: list[list[Point]] = field(default_factory=list)
    routes: list[list[Point]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)  # names of open elements; "" for those of other namespaces
    _text: list[str] = field(default_factory=list)
    _at: tuple[float, float] = (0.0, 0.0)
    _ele: float | None = None
    _time: datetime | None = None
    _elements: int = 0
    _points: int = 0
    _parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        self._parser = expat.ParserCreate(self.encoding, " ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, text: bytes) -> None:
        self._parser.Parse(text, True)

    def _doctype(self, *_: object) -> None:
        self._fail("has a document type, which no GPX file needs; leave out the DOCTYPE")

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        name = _local(full_name)
        parent = self._open[-1] if self._open else None
        if parent is None and name != "gpx":
            self._fail("is no GPX file: its outermost element must be <gpx> of version 1.0 or 1.1")
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) == MAX_DEPTH:
            self._fail("has too many elements, or too deep in each other; leave out the file's extensions")
        self._open.append(name)
        self._text.clear()
        if name == "trkseg":
            self.tracks.append([])
        elif name == "rte":
            self.routes.append([])
        elif name in _POINTS and parent == _POINTS[name]:
            self._begin_point(attributes)

    def _characters(self, text: str) -> None:
        if len(self._text) < _LONGEST_TEXT:
            self._text.append(text[:_LONGEST_TEXT])

    def _end(self, _: str) -> None:
        name = self._open.pop()
        if not self._open:
            return
        parent = self._open[-1]
        if parent in _POINTS:
            if name == "ele":
                self._ele = self._elevation()
            elif name == "time":
                self._time = self._moment()
        elif name == "trkpt" and parent == "trkseg":
            self.tracks[-1].append(self._point())
        elif name == "rtept" and parent == "rte":
            self.routes[-1].append(self._point())
        elif name == "name" and parent == "trk" and self.name is None:
            self.name = self._title()
        self._text.clear()

    def _begin_point(self, attributes: dict[str, str]) -> None:
        self._points += 1
        if self._points > MAX_POINTS:
            self._fail(f"has over {MAX_POINTS:,} points; record or export fewer (one in five seconds is plenty)")
        self._at = self._degrees(attributes, "lat", 90), self._degrees(attributes, "lon", 180)
        self._ele = self._time = None

    def _point(self) -> Point:
        return Point(*self._at, self._time, self._ele)

    def _degrees(self, attributes: dict[str, str], name: str, most: int) -> float:
        given = attributes.get(name, "")
        degrees = _number(given)
        if degrees is None or abs(degrees) > most:
            self._fail(f"{name} must be degrees from -{most} to {most}, not {given[:20]!r}")
        return degrees

    def _elevation(self) -> float | None:
        said = self._said()
        metres = _number(said)
        if metres is None and said:
            self._fail(f"ele must be metres, not {said[:20]!r}")
        return metres if metres is not None and LOWEST <= metres <= HIGHEST else None

    def _moment(self) -> datetime | None:
        said = self._said()
        if not said:
            return None
        try:
            return parse_time(said if _ZONED.search(said) else said + "Z")
        except ValueError as error:
            self._fail(f"time {said[:40]!r}: {error}")

    def _title(self) -> str | None:
        try:
            return one_line(" ".join(self._said().split())[:MAX_NAME].strip()) or None
        except ValueError:
            return None

    def _said(self) -> str:
        return "".join(self._text).strip()

    def _fail(self, problem: str) -> NoReturn:
        raise _UnusableError(f"line {self._parser.CurrentLineNumber}: {problem}")


def _local(full_name: str) -> str:
    """An element's name, if it is GPX's own or has no namespace; else nothing."""
    namespace, _, name = full_name.rpartition(" ")
    return name if namespace in _OURS else ""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _document(segments: Segments, name: str) -> Iterator[str]:
    title = escape(_UNWRITABLE.sub("", name), quote=False)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<gpx version="1.1" creator="Gauntlet" xmlns="http://www.topografix.com/GPX/1/1">\n'
    yield f"<trk>\n<name>{title}</name>\n"
    for segment in segments:
        yield "<trkseg>\n"
        for point in segment:
            yield f'<trkpt lat="{point.lat:.7f}" lon="{point.lon:.7f}">'
            if point.ele is not None:
                yield f"<ele>{point.ele:.2f}</ele>"
            if point.at is not None:
                yield f"<time>{stamp(point.at)}</time>"
            yield "</trkpt>\n"
        yield "</trkseg>\n"
    yield "</trk>\n</gpx>\n"
