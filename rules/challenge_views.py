"""A challenge as clients see it."""

from itertools import islice

from rules import resources
from rules.challenge.events import Mode, Role
from rules.challenge.scores import round_ends_at
from rules.challenge.state import UNIT, Challenge, Entry, Participant, Phase
from rules.days import stamp
from rules.ids import UserId


def challenge_view(challenge: Challenge, viewer: UserId | None = None) -> resources.Challenge:
    """The resource; hosts and co-hosts see the spectator code."""
    terms = challenge.terms
    view: resources.Challenge = {
        "id": challenge.id,
        "name": terms.name,
        "hostId": challenge.host_id,
        "cohosts": challenge.with_role(Role.COHOST),
        "judges": challenge.with_role(Role.JUDGE),
        "announcers": challenge.with_role(Role.ANNOUNCER),
        "metric": terms.metric,
        "mode": terms.mode.value,
        "startsAt": stamp(terms.starts_at),
        "endsAt": stamp(terms.ends_at),
        "visibility": terms.visibility,
        "joinPolicy": terms.join_policy,
        "fairness": terms.fairness,
        "state": challenge.phase.value,
        "participants": len(challenge.participants),
        "ruleVersion": challenge.rule_version,
        "provisional": challenge.phase is not Phase.FINISHED,
    }
    if terms.description is not None:
        view["description"] = terms.description
    if terms.group_id is not None:
        view["groupId"] = terms.group_id
    if terms.target is not None:
        view["target"] = number(terms.target)
    if terms.max_participants is not None:
        view["maxParticipants"] = terms.max_participants
    if terms.teams:
        view["teams"] = [{"id": team.id, "name": team.name} for team in terms.teams]
        view["teamScore"] = {"best": terms.team_best} if terms.team_score == "best" else terms.team_score
    if terms.eliminate is not None:
        view["eliminate"] = {"every": terms.eliminate.every, "lowest": terms.eliminate.lowest}
        view["round"] = _round(challenge)
    if challenge.phase in (Phase.SETTLING, Phase.FINISHED):
        # a host may make the results final before their time
        view["settlesAt"] = stamp(challenge.settles_at if challenge.phase is Phase.SETTLING else challenge.since)
    if viewer is not None and challenge.is_host(viewer):
        view["spectatorCode"] = challenge.spectator_code
    return view


def _round(challenge: Challenge) -> resources.Round:
    """`number` is that of the present round, or of the last one."""
    left = len(challenge.participants) - challenge.out
    view: resources.Round = {"number": challenge.rounds + 1, "left": left}
    if challenge.phase in (Phase.LIVE, Phase.PAUSED):
        view["endsAt"] = stamp(round_ends_at(challenge))
    return view


def progress_view(challenge: Challenge) -> resources.Progress:
    """How far all are together."""
    total, target = challenge.total / UNIT, challenge.terms.target or 0
    share = min(100.0, round(100 * total / target, 1)) if target else 0.0
    return {"total": number(total), "target": number(target), "share": number(share)}


def row_view(mode: Mode, participant: Participant, rank: int | None) -> resources.Row:
    """A line of the standings. `reachedAt`: when a race's target was reached, else when this score was; none at 0."""
    row: resources.Row = {
        "rank": rank,
        "userId": participant.user_id,
        "name": participant.name,
        "score": number(participant.score),
    }
    if participant.logged and participant.score:
        at_target = participant.target_at if mode is Mode.RACE else None
        row["reachedAt"] = stamp(at_target or participant.reached_at)
    if participant.disqualified:
        row["disqualified"] = True
    if participant.reviewed:
        row["review"] = True
    if participant.team_id is not None:
        row["teamId"] = participant.team_id
    if participant.out is not None:
        row["out"] = participant.out
    return row


def timeline_view(challenge: Challenge) -> dict[str, list[dict[str, str]]]:
    """`{entries: {at, type, by?, userId?, text?}[]}`, oldest first."""
    return {"entries": [_entry(entry) for entry in challenge.timeline]}


def reviews_view(challenge: Challenge, after: int, limit: int) -> dict[str, list[resources.Review]]:
    """What is marked for review, by user."""
    marked = (
        (user_id, participant.name, reviewed)
        for user_id, participant in sorted(challenge.participants.items())
        for reviewed in participant.reviewed
    )
    return {
        "reviews": [
            {
                "userId": user_id,
                "name": name,
                "activityId": reviewed.activity_id,
                "date": reviewed.date.isoformat(),
                "kind": reviewed.kind,
            }
            for user_id, name, reviewed in islice(marked, after, after + limit)
        ]
    }


def number(value: float) -> float:
    """Whole numbers without a fraction, so that every encoding of them is the same."""
    return int(value) if value == int(value) else value


def _entry(entry: Entry) -> dict[str, str]:
    view = {"at": stamp(entry.at), "type": entry.type}
    if entry.by is not None:
        view["by"] = entry.by
    if entry.user_id is not None:
        view["userId"] = entry.user_id
    if entry.text is not None:
        view["text"] = entry.text
    return view
