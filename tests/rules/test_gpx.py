from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.refusal import Code, Refusal
from rules.route import Point
from rules.route.encoded import decode, encode
from rules.route.gpx import MAX_BYTES, Gpx, parse_gpx, to_gpx
from rules.route.points import in_order
from tests.rules.routes import START, segments

V11, V10 = ("http://www.topografix.com/GPX/1/1", "http://www.topografix.com/GPX/1/0")


def gpx(inside, *, namespace=V11, head='<?xml version="1.0"?>'):
    return f'{head}<gpx xmlns="{namespace}" version="1.1" creator="test">{inside}</gpx>'


def track(*points):
    return f"<trk><trkseg>{''.join(points)}</trkseg></trk>"


def point(inside="", lat="46.0", lon="14.0"):
    return f'<trkpt lat="{lat}" lon="{lon}">{inside}</trkpt>'


def problem(document):
    told = parse_gpx(document)
    assert isinstance(told, Refusal)
    assert told.code is Code.VALIDATION_FAILED
    (field,) = told.details["fields"]
    assert field["path"] == "gpx"
    return field["problem"]


# --- what is read ---


@pytest.mark.parametrize("namespace", [V10, V11, ""])
def test_tracks_of_both_versions(namespace):
    document = gpx(
        "<trk><name> Round\nthe lake </name><trkseg/><trkseg>"
        '<trkpt lat="46.1" lon="-14.2"><ele>300.5</ele><time>2026-05-01T08:00:00Z</time></trkpt>'
        '<trkpt lat="46.2" lon="-14.3"/></trkseg></trk><trk><name>second</name><trkseg><trkpt lat="47" lon="14"/></trkseg></trk>',
        namespace=namespace,
    )
    assert parse_gpx(document) == Gpx(
        "Round the lake", [[Point(46.1, -14.2, START, 300.5), Point(46.2, -14.3)], [Point(47, 14)]]
    )
    assert parse_gpx(document.encode()) == parse_gpx(document)


def test_a_file_with_prefixes_and_extensions():
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
    <g:gpx xmlns:g="{V11}" xmlns:x="http://other.example/x"><g:metadata><g:name>no track's</g:name></g:metadata>
      <g:wpt lat="1" lon="2"><g:ele>3</g:ele><g:time>nonsense</g:time></g:wpt>
      <g:trk><g:trkseg><g:trkpt lat="46" lon="14"><x:ele>999</x:ele><g:ele>300</g:ele>
        <g:extensions><x:TrackPointExtension><x:hr>90</x:hr><g:time>nonsense</g:time></x:TrackPointExtension></g:extensions>
      </g:trkpt></g:trkseg></g:trk></g:gpx>"""
    assert parse_gpx(document) == Gpx(None, [[Point(46.0, 14.0, None, 300.0)]])


def test_routes_are_read_where_there_is_no_track():
    route = '<rte><name>planned</name><rtept lat="46" lon="14"/><rtept lat="46.1" lon="14"/></rte>'
    assert parse_gpx(gpx(route)) == Gpx(None, [[Point(46, 14), Point(46.1, 14)]])
    assert parse_gpx(gpx("<trk><trkseg/></trk>" + route)).segments == [[Point(46, 14), Point(46.1, 14)]]
    assert parse_gpx(gpx(route + track(point()))).segments == [[Point(46, 14)]]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-05-01T08:00:00Z", START),
        (" 2026-05-01T10:00:00+02:00 ", START),
        ("2026-05-01T08:00:00", START),  # GPX is in UTC
        ("2026-05-01T08:00:00.250Z", START + timedelta(milliseconds=250)),
        ("", None),
    ],
)
def test_times(said, at):
    assert parse_gpx(gpx(track(point(f"<time>{said}</time>")))).segments == [[Point(46, 14, at)]]


@pytest.mark.parametrize(("said", "ele"), [("12.5", 12.5), ("-9999", None), ("32768", None), ("", None)])
def test_an_elevation_that_no_ground_has_is_left_out(said, ele):
    assert parse_gpx(gpx(track(point(f"<ele>{said}</ele>")))).segments == [[Point(46, 14, None, ele)]]


def test_other_encodings():
    document = gpx("<trk><name>Žbevnica</name><trkseg>" + point() + "</trkseg></trk>", head="")
    for encoding in ("utf-8-sig", "utf-16", "iso-8859-2"):
        file = (f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + document).encode(encoding)
        assert parse_gpx(file).name == "Žbevnica"
    said_otherwise = '<?xml version="1.0" encoding="iso-8859-1"?>' + document
    assert parse_gpx(said_otherwise).name == "Žbevnica"


def test_a_name_that_turns_the_writing_direction_is_no_name():
    assert parse_gpx(gpx(f"<trk><name>a\u202eb</name><trkseg>{point()}</trkseg></trk>")).name is None
    assert len(parse_gpx(gpx(f"<trk><name>{'n' * 500}</name><trkseg>{point()}</trkseg></trk>")).name) == 100


def test_points_are_put_in_order_of_time():
    late, early = (point(f"<time>2026-05-01T08:00:0{second}Z</time>", lat=f"4{second}") for second in (5, 1))
    assert [p.lat for p in parse_gpx(gpx(track(late, early))).segments[0]] == [41, 45]
    assert "goes back in time" in problem(gpx(track(late, point(), early)))


# --- what is refused ---


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "no element found"),
        ("hello", "syntax error"),
        ("<gpx", "unclosed token"),
        ("{}", "no XML"),
        (b"\x00\x01\x02", "no XML"),
        (b"\xff\xfe\xff", "no XML"),
        (b'<?xml version="1.0" encoding="no-such"?><gpx/>', "no XML"),
        ("<html/>", "line 1: is no GPX file"),
        ('<gpx xmlns="http://other.example/"/>', "line 1: is no GPX file"),
        (gpx(""), "no track and no route"),
        (gpx(track()), "no track and no route"),
        (gpx("<wpt lat='1' lon='2'/>"), "no track and no route"),
        (gpx("\n\n" + track(point(lat="90.1"))), "line 3: lat must be degrees from -90 to 90, not '90.1'"),
        (gpx(track(point(lon="-181"))), "lon must be degrees"),
        (gpx(track(point(lat="nan"))), "lat must be degrees"),
        (gpx(track(point(lat="x" * 1000))), "'xxxxxxxxxxxxxxxxxxxx'"),
        (gpx(track("<trkpt lat='46'/>")), "lon must be degrees from -180 to 180, not ''"),
        (gpx(track(point("<ele>high</ele>"))), "ele must be metres, not 'high'"),
        (gpx(track(point("<time>yesterday</time>"))), "time 'yesterday': must be a time"),
        (gpx(track(point("<time>2026-02-30T08:00:00Z</time>"))), "no such time"),
        (gpx("<a>" * 40 + "</a>" * 40), "too deep"),
        (gpx("<a/>" * 400_001), "too many elements"),
        (gpx(track(*[point()] * 20_001)), "over 20,000 points"),
    ],
)
def test_what_cannot_be_used_is_refused_and_says_why(document, said):
    assert said in problem(document)


BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE gpx>",
        f'<!DOCTYPE gpx [<!ENTITY l0 "lol">{BOMB}]>',
        '<!DOCTYPE gpx [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE gpx SYSTEM "http://localhost/gpx.dtd">',
        '<!DOCTYPE gpx [<!ENTITY % remote SYSTEM "http://localhost/x"> %remote;]>',
    ],
)
def test_document_types_and_their_entities_are_refused(doctype):
    said = "<trk><name>&l11;&file;</name></trk>" if "ENTITY" in doctype else ""
    document = gpx(said + track(point()), head=f'<?xml version="1.0"?>{doctype}')
    assert "document type" in problem(document)
    assert "document type" in problem(document.encode("utf-16"))


def test_an_entity_that_nobody_declared_is_refused():
    assert "no XML" in problem(gpx("<trk><name>&lol;</name></trk>"))


def test_a_file_may_have_8_mib():
    told = parse_gpx(gpx(track(point()) + " " * MAX_BYTES))
    assert told.code is Code.PAYLOAD_TOO_LARGE
    assert told.details["limit"] == MAX_BYTES == 8 * 1024 * 1024


@given(st.binary(max_size=200) | st.text(max_size=200) | st.text("<>/gpxtrkse lano='\"46&;!?-", max_size=80).map(gpx))
def test_rubbish_is_refused_never_an_error(document):
    assert isinstance(parse_gpx(document), Refusal | Gpx)


# --- what is written ---


@given(segments, st.text(max_size=100))
def test_what_is_written_is_read_again(route, name):
    kept = in_order(decode(encode(route)), "route")
    if isinstance(kept, Refusal) or not kept:
        return
    document = to_gpx(kept, name)
    read = parse_gpx(document)
    assert encode(read.segments) == encode([[Point(p.lat, p.lon, p.at, p.ele) for p in segment] for segment in kept])
    assert ET.fromstring(document.encode()).tag == f"{{{V11}}}gpx"


def test_a_written_file():
    route = [[Point(46.1234567, -14.0, datetime(2026, 5, 1, 8, tzinfo=UTC), 300.25), Point(0.0000001, 14.0)]]
    assert to_gpx(route, "<Lake> & \x00\ud800\uffff back") == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Gauntlet" xmlns="http://www.topografix.com/GPX/1/1">\n'
        "<trk>\n<name>&lt;Lake&gt; &amp;  back</name>\n<trkseg>\n"
        '<trkpt lat="46.1234567" lon="-14.0000000"><ele>300.25</ele><time>2026-05-01T08:00:00Z</time></trkpt>\n'
        '<trkpt lat="0.0000001" lon="14.0000000"></trkpt>\n'
        "</trkseg>\n</trk>\n</gpx>\n"
    )
