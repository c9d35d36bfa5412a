"""Whose connection it is, behind proxies or not."""

import pytest

from gateway.addresses import UNKNOWN, client_address, network


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("192.0.2.1", [], 0, "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], 0, "192.0.2.1"),  # anybody can write the header
        ("10.0.0.1", ["198.51.100.7"], 1, "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7"], 1, "198.51.100.7"),  # what the client made up stays left
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7, 10.0.0.2"], 2, "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7"], 5, "198.51.100.7"),
        ("10.0.0.1", [], 1, "10.0.0.1"),
        ("10.0.0.1", ["<script>"], 1, UNKNOWN),
    ],
)
def test_only_what_trusted_proxies_wrote_counts(peer: str, forwarded: list[str], trusted: int, address: str) -> None:
    assert client_address(peer, forwarded, trusted) == address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ('"192.0.2.1"', "192.0.2.1"),
        ("", UNKNOWN),
    ],
)
def test_an_ipv6_customer_counts_once_for_all_their_addresses(address: str, counted: str) -> None:
    assert network(address) == counted
