"""Who may do what in a challenge."""

from actors.messages import Caller, Permission
from rules.challenge import Challenge
from rules.challenge.events import Role
from rules.known import Known

_SIGNED_IN = frozenset({Permission.ANYONE, Permission.USER})
_HOST = frozenset({Permission.VIEWER, Permission.PARTICIPANT, Permission.ANNOUNCER, Permission.JUDGE, Permission.HOST})
_OF_ROLE = {
    Role.COHOST: _HOST,
    Role.JUDGE: frozenset({Permission.VIEWER, Permission.JUDGE}),
    Role.ANNOUNCER: frozenset({Permission.VIEWER, Permission.ANNOUNCER}),
}


def powers(challenge: Challenge, caller: Caller, known: Known | None) -> frozenset[Permission]:
    """All that the caller may; of a challenge that does not exist, what anyone may of any."""
    found = _SIGNED_IN
    if not challenge.id:
        return found
    if caller.user_id == challenge.host_id:
        found |= _HOST
    elif caller.user_id in challenge.roles:
        found |= _OF_ROLE[challenge.roles[caller.user_id]]
    if caller.user_id in challenge.participants:
        found |= {Permission.PARTICIPANT}
    if caller.role == "admin":
        found |= {Permission.ADMIN, Permission.VIEWER}
    if challenge.is_open_to(caller.user_id, known):
        found |= {Permission.VIEWER}
    return found
