"""What is remembered of idempotency keys, against a plain set."""

from hypothesis import given
from hypothesis import strategies as st

from actors.digests import Digests

digests = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(digests, max_size=400), st.lists(st.tuples(st.booleans(), digests), max_size=400))
def test_it_is_a_set(first, changes):
    model, found = set(first), Digests(first)
    for adds, digest in changes + [(False, digest) for digest in first[::3]]:
        if adds:
            model.add(digest), found.add(digest)
        else:
            model.discard(digest), found.discard(digest)
        assert len(found) == len(model)
        assert digest in model if digest in found else digest not in model
    assert all(digest in found for digest in model)


def test_thousands_are_still_a_set():
    found = Digests()
    for digest in range(0, 20_000, 2):
        found.add(digest), found.add(digest)
    assert len(found) == 10_000
    assert [digest for digest in range(20_000) if digest in found] == list(range(0, 20_000, 2))
