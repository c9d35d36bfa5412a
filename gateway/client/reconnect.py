"""When a client comes back after a close, and after how long.

The rule of the protocol: 1000–1999 as in RFC 6455, 4000–4499 reconnect and resume, 4500–4999 do not.
"""

from dataclasses import dataclass
from random import Random

ABNORMAL = 1006  # the connection went without a close frame
DRAINING = 1012

# RFC 6455 §7.4.1 and the IANA registry: the end went away, failed, or asks to try again.
# The rest of 1000–1999 says that we are done (1000) or that what we sent was wrong and would be again.
_RETURN = frozenset({1001, 1005, ABNORMAL, 1011, DRAINING, 1013, 1014})


def may_return(code: int) -> bool:
    """Does a close with this code leave the door open?"""
    return code in _RETURN or 4000 <= code < 4500


@dataclass(frozen=True, slots=True)
class BackOff:
    """Exponential back-off with full jitter: a uniform share of `first · 2^attempt`, at most `most` seconds."""

    first: float = 0.25
    most: float = 20.0

    def delay(self, attempt: int, random: Random) -> float:
        """Seconds to wait before attempt number `attempt`, counted from 0 since the last connection that worked."""
        return random.uniform(0, min(self.most, self.first * 2 ** min(attempt, 30)))
