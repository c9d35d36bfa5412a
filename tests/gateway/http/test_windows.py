"""Allowances of a quarter of an hour."""

from gateway.http.windows import SECONDS, Windows


def test_a_window_starts_with_its_first_request_and_ends_for_good() -> None:
    windows = Windows()

    assert [windows.take("ann", 2, now).granted for now in (100.0, 200.0, 300.0)] == [True, True, False]
    refused = windows.take("ann", 2, 999.0)
    assert (refused.remaining, refused.reset) == (0, 1)
    fresh = windows.take("ann", 2, 100.0 + SECONDS)
    assert (fresh.granted, fresh.remaining, fresh.reset) == (True, 1, SECONDS)


def test_others_have_their_own() -> None:
    windows = Windows()
    windows.take("ann", 1, 0.0)

    assert windows.take("bob", 1, 0.0).granted
    assert not windows.take("ann", 1, 0.0).granted


def test_the_oldest_window_is_forgotten_when_there_are_too_many() -> None:
    windows = Windows(capacity=2)
    for name in ("ann", "bob", "cleo"):
        windows.take(name, 1, 0.0)

    assert windows.take("ann", 1, 0.0).granted
    assert not windows.take("cleo", 1, 0.0).granted


def test_the_headers_say_it_all() -> None:
    assert Windows().take("ann", 100, 0.0).headers() == {
        "RateLimit-Limit": "100",
        "RateLimit-Remaining": "99",
        "RateLimit-Reset": "900",
        "RateLimit-Policy": "100;w=900",
    }
