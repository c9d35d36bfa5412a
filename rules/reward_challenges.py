"""What challenges bring: counts for badges, and the XP of those that are finished."""

from datetime import datetime

from rules.changes import Change
from rules.ids import ChallengeId
from rules.reward_changes import gain, set_count, settle
from rules.reward_state import ChallengeResult, Rewards
from rules.ruleset import RuleSet
from rules.stats import Count
from rules.tells import ChallengeEnded
from rules.xp import challenge_xp


def challenge_joined(rewards: Rewards, challenge_id: ChallengeId, at: datetime, ruleset: RuleSet) -> list[Change]:
    """Harmless when repeated."""
    before = _challenge_counts(rewards)
    rewards.joined.add(challenge_id)
    return _challenges_changed(rewards, before, at, ruleset, [])


def challenge_left(rewards: Rewards, challenge_id: ChallengeId, at: datetime, ruleset: RuleSet) -> list[Change]:
    """Takes back that it was joined, and whatever it had earned."""
    changes: list[Change] = []
    before = _challenge_counts(rewards)
    rewards.joined.discard(challenge_id)
    _take_back_result(rewards, challenge_id, changes)
    return _challenges_changed(rewards, before, at, ruleset, changes)


def challenge_ended(rewards: Rewards, ended: ChallengeEnded, at: datetime, ruleset: RuleSet) -> list[Change]:
    """A finished challenge earns its rewards once, however often it is told; a cancelled one counts as never joined."""
    if ended.outcome == "cancelled":
        return challenge_left(rewards, ended.challenge_id, at, ruleset)
    changes: list[Change] = []
    before = _challenge_counts(rewards)
    parts = challenge_xp(ended.rank, ended.ranked, ended.reached_target, ruleset.of(ended.rule_version).xp)
    xp = {part.rule: part.amount for part in parts}
    known = rewards.results.get(ended.challenge_id)
    if known is None or known.xp != xp:
        _take_back_result(rewards, ended.challenge_id, changes)
        for part in parts:
            gain(rewards, part.amount, part.rule, ended.challenge_id, f"{part.text[:-1]}: {ended.name}", changes)
    rewards.results[ended.challenge_id] = ChallengeResult(
        ended.name,
        ended.ranked,
        ended.rank,
        ended.reached_target,
        ended.rule_version,
        known.at if known else at,
        xp,
    )
    return _challenges_changed(rewards, before, at, ruleset, changes)


def _take_back_result(rewards: Rewards, challenge_id: ChallengeId, changes: list[Change]) -> None:
    known = rewards.results.pop(challenge_id, None)
    if known is not None:
        for rule, amount in known.xp.items():
            gain(rewards, -amount, rule, challenge_id, f"result taken back: {known.name}", changes)


def challenge_counts(joined: set[ChallengeId], results: dict[ChallengeId, ChallengeResult]) -> dict[str, int]:
    """The counts that badges see of a user's challenges."""
    ranked = [result for result in results.values() if result.ranked]
    return {
        Count.CHALLENGES_JOINED.value: len(joined | results.keys()),
        Count.CHALLENGES_FINISHED.value: len(ranked),
        Count.CHALLENGES_WON.value: sum(result.rank == 1 for result in ranked),
        Count.PODIUMS.value: sum(result.rank is not None and result.rank <= 3 for result in ranked),
        Count.TARGETS_REACHED.value: sum(result.reached_target for result in ranked),
    }


def _challenge_counts(rewards: Rewards) -> dict[str, int]:
    return challenge_counts(rewards.joined, rewards.results)


def _challenges_changed(
    rewards: Rewards, before: dict[str, int], at: datetime, ruleset: RuleSet, changes: list[Change]
) -> list[Change]:
    touched: list[int] = []
    for count, value in _challenge_counts(rewards).items():
        if value != before[count]:
            touched += set_count(rewards, count, value, ruleset)
    settle(rewards, touched, at, ruleset, changes)
    return changes
