"""The actor that owns one challenge: `actor.py` is the core, the files beside it are what it answers and tells."""

from actors.challenge.actor import ChallengeActor
from actors.challenge.telling import TOLD_AT_ONCE

__all__ = ["TOLD_AT_ONCE", "ChallengeActor"]
