"""What is written is what is read: every event and every state, however odd its values."""

import dataclasses
import types
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persistence.codec import EventCodec, SnapshotCodec, UnreadableEvent, dump, version_of
from rules import challenge, group, user

EVENTS = (*user.EVENTS, *challenge.EVENTS, *group.EVENTS)
STATES = (user.User, challenge.Challenge, group.Group)

# what the edge lets in: no NUL, which PostgreSQL does not store, no half characters, no NaN
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.integers(0, 2**53).map(lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, 0, microseconds))
DAYS = st.dates(date(1970, 1, 1), date(2200, 1, 1))
PLAIN = {
    str: TEXTS,
    int: st.integers(-(2**53), 2**53),
    float: NUMBERS,
    bool: st.booleans(),
    datetime: TIMES,
    date: DAYS,
    timedelta: st.timedeltas(timedelta(), timedelta(days=10_000)),
    type(None): st.none(),
    None: st.none(),
    Any: st.recursive(  # JSON
        st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), NUMBERS, TEXTS),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
        max_leaves=5,
    ),
}


@cache
def values(wanted: Any) -> st.SearchStrategy[Any]:
    """Values of a type as events and states use them."""
    if wanted in PLAIN:
        return PLAIN[wanted]
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return st.sampled_from(wanted)
    if dataclasses.is_dataclass(wanted):
        hints = get_type_hints(wanted)
        return st.builds(wanted, **{each.name: values(hints[each.name]) for each in dataclasses.fields(wanted)})
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, arguments))
    if origin in (list, set, frozenset):
        return {list: st.lists, set: st.sets, frozenset: st.frozensets}[origin](values(arguments[0]), max_size=3)
    if origin is tuple and len(arguments) == 2 and arguments[1] is ...:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, arguments))
    if origin is dict:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=3)
    raise AssertionError(f"the journal has not been tried with {wanted}")


@pytest.mark.parametrize("event_type", EVENTS, ids=lambda event_type: event_type.__name__)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_event_comes_back_as_it_was(event_type, data):
    event = data.draw(values(event_type))
    codec = EventCodec([event_type])

    again = codec.decode(event_type.__name__, version_of(event_type), dump(event).decode())

    assert again == event
    assert type(again) is event_type


@pytest.mark.parametrize("state_type", STATES, ids=lambda state_type: state_type.__name__)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_state_comes_back_as_it_was(state_type, data):
    state = data.draw(values(state_type))

    assert SnapshotCodec(state_type).decode(dump(state)) == state


def test_event_names_are_unique_within_a_kind():
    """They are what the journal keeps."""
    for events in (user.EVENTS, challenge.EVENTS):
        assert len({event.__name__ for event in events}) == len(events)


def test_a_set_is_written_in_order_so_that_equal_states_have_equal_snapshots():
    assert dump({"b", "a", "c"}) == dump({"c", "a", "b"}) == b'["a","b","c"]'


def test_what_is_no_plain_data_is_refused():
    with pytest.raises(TypeError):
        dump(object())


@dataclasses.dataclass(frozen=True, slots=True)
class Walked:
    VERSION: ClassVar[int] = 2

    metres: int


def test_an_upcast_leads_from_any_earlier_version_to_todays():
    codec = EventCodec([Walked], {("Walked", 1): lambda payload: {"metres": payload["km"] * 1000}})

    assert codec.decode("Walked", 1, '{"km": 3}') == codec.decode("Walked", 2, '{"metres": 3000}') == Walked(3000)
    with pytest.raises(UnreadableEvent, match="version 3"):
        codec.decode("Walked", 3, "{}")
    with pytest.raises(UnreadableEvent, match="Ran"):
        codec.decode("Ran", 1, "{}")


@dataclasses.dataclass
class Older:
    count: int = 0


@dataclasses.dataclass
class Newer:
    count: int = 0
    name: str = ""


def test_a_state_with_other_fields_has_another_shape():
    """So that its snapshots are left alone, and the journal is read."""
    assert SnapshotCodec(Older).shape == SnapshotCodec(Older).shape
    assert SnapshotCodec(Older).shape != SnapshotCodec(Newer).shape
