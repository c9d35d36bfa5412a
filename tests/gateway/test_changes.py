"""Changes of what is there: what is left out stays, null clears what may be empty, and the documents say which that is."""

from typing import Any

import pytest

from gateway.catalogue import CATALOGUE
from gateway.schema import parse
from gateway.shapes import Schemas
from rules.fields import UNSET
from rules.refusal import Refusal

ID = "00000000-0000-0000-0000-000000000001"
NULL = {"type": "null"}
CLEARED = {
    "profile:update": {"avatarUrl"},
    "preferences:update": {"quietHours"},
    "challenge:update": {"description", "target", "groupId", "maxParticipants", "teams", "teamScore", "eliminate"},
    "group:update": {"description"},
    "checkin:update": {"note", "mood", "energy"},
    "goal:update": {"from", "to", "title"},
    "post:edit": set[str](),
}
"""By command: what may be empty."""


def schema_of(name: str) -> dict[str, Any]:
    schemas = Schemas()
    schemas.command(name, CATALOGUE[name].command)
    return next(iter(schemas.definitions.values()))


def ids(name: str) -> dict[str, str]:
    return dict.fromkeys(schema_of(name).get("required", ()), ID)


FIELDS = [
    (name, field, shape)
    for name in CLEARED
    for field, shape in schema_of(name)["properties"].items()
    if field not in (*ids(name), "newAccessCode")  # which is asked for, and nothing that is there
]


def test_every_change_of_what_is_there_is_looked_at():
    changes = {name for name in CATALOGUE if name.endswith((":update", ":edit"))}
    assert changes - {"location:update"} == CLEARED.keys()


@pytest.mark.parametrize("name", CLEARED)
def test_what_is_left_out_is_unset(name):
    command = parse(CATALOGUE[name].command, ids(name))
    said = {field: getattr(command, field) for field in CATALOGUE[name].command.__dataclass_fields__}
    assert list(said.values()).count(UNSET) == len([field for each, field, _ in FIELDS if each == name])


@pytest.mark.parametrize(("name", "field", "shape"), FIELDS)
def test_null_clears_what_may_be_empty_and_is_refused_elsewhere(name, field, shape):
    read = parse(CATALOGUE[name].command, {**ids(name), field: None})

    if field in CLEARED[name]:
        assert not isinstance(read, Refusal), read
        assert NULL in shape["anyOf"]
    else:
        problem = {"path": field, "problem": "can't be cleared: leave it out to keep it as it is"}
        assert read.details == {"fields": [problem]}
        assert NULL not in shape.get("anyOf", ())


def test_parts_of_a_change_are_changes_too():
    command = CATALOGUE["preferences:update"].command
    refusal = parse(command, {"privacy": {"scores": None}, "notifications": {"coach": None}})
    paths = {field["path"] for field in refusal.details["fields"]}
    assert paths == {"privacy.scores", "notifications.coach"}


def test_what_stands_for_left_out_is_not_to_be_had_from_outside():
    for said in ("unset", "UNSET", {}, 0):
        assert isinstance(parse(CATALOGUE["preferences:update"].command, {"trackPuffs": said}), Refusal)
