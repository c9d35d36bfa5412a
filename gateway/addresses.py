"""Whose connection it is, as far as limits are concerned: the client's address, behind trusted proxies or not."""

import ipaddress
from collections.abc import Sequence

UNKNOWN = "unknown"


def client_address(peer: str, forwarded_for: Sequence[str], trusted_proxies: int) -> str:
    """The address that a chain of proxies vouches for.

    `forwarded_for` are the X-Forwarded-For headers in their order. Each proxy appends who spoke to it, so with n
    trusted proxies the n-th entry from the right is the last that one of them wrote.
    """
    if trusted_proxies <= 0:
        return network(peer)
    chain = [entry.strip() for header in forwarded_for for entry in header.split(",")]
    if not chain:
        return network(peer)
    return network(chain[max(0, len(chain) - trusted_proxies)])


def network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that an IPv6 customer gets. UNKNOWN for rubbish."""
    text = address.strip().strip('"')
    if text.startswith("["):  # [::1]:8080
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:8080
        text = text.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
