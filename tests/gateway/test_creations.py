"""A limit on what is made: a repeated key makes nothing."""

from gateway.creations import CREATED_PER_HOUR, Creations
from rules.refusal import Code


def test_so_many_an_hour_of_each_kind():
    now = 0.0
    creations = Creations(lambda: now)
    assert [creations.charge("challenge", "ann", None) for _ in range(CREATED_PER_HOUR)] == [None] * CREATED_PER_HOUR
    refusal = creations.charge("challenge", "ann", None)
    assert refusal is not None
    assert (refusal.code, refusal.details) == (Code.RATE_LIMITED, {"retryAfter": 18})
    assert creations.charge("group", "ann", None) is None
    assert creations.charge("challenge", "bob", None) is None
    now = 18.0
    assert creations.charge("challenge", "ann", None) is None


def test_a_repeated_key_is_not_charged_again():
    creations = Creations(lambda: 0.0)
    for _ in range(3):
        assert [creations.charge("group", "ann", f"key{n}") for n in range(CREATED_PER_HOUR)] == [
            None
        ] * CREATED_PER_HOUR
    assert creations.charge("group", "ann", "another").code is Code.RATE_LIMITED
    assert creations.charge("group", "ann", "another").code is Code.RATE_LIMITED  # it made nothing: it is no repeat
    assert creations.charge("group", "ann", "key7") is None
