"""The ids of receipts: derived from what a receipt is about, so that it is the same one whenever it is asked for."""

from rules.ids import UserId, derived


def xp_receipt_id(user_id: UserId, rule: str, of: str) -> str:
    """`of`: the day (`2026-05-01`), the challenge's id, or the first day of a run, whatever the rule was applied to."""
    return derived(user_id, "xp", rule, of)


def badge_receipt_id(user_id: UserId, badge_id: str) -> str:
    return derived(user_id, "badge", badge_id)
