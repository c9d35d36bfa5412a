"""Cheers in a live challenge: all who watch see them; nothing of them is kept."""

from actors.challenge import news
from actors.messages import Outcome, Push
from rules.challenge import Challenge, Phase
from rules.challenge.possible import wrong_state
from rules.known import Known
from rules.refusal import Code, Refusal
from rules.social.commands import SendCheer

_NO_PLAYER = Refusal(Code.NOT_FOUND, "no such participant: check userId")


def cheer(challenge: Challenge, wanted: SendCheer, known: Known) -> Outcome:
    """`known` is the sender: those with a block between them are not there for each other."""
    if challenge.phase is not Phase.LIVE:
        return Outcome(wrong_state(challenge, known.user_id, "cheer while it is live"))
    if wanted.user_id not in challenge.participants or wanted.user_id in known.blocked:
        return Outcome(_NO_PLAYER)
    seen = {"from": known.user_id, "userId": wanted.user_id, "emoji": wanted.emoji}
    return Outcome({}, effects=[Push(news.topic(challenge), "cheer:received", seen, ephemeral=True)])
