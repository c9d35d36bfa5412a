"""The caller's own profile, preferences and rewards."""

from actors.messages import Permission
from gateway.catalogue.entry import Entry, own
from rules import resources
from rules.user import commands as user

ENTRIES = (
    own("profile:update", user.UpdateProfile, "Change your profile.", resources.Me),
    own("preferences:update", user.UpdatePreferences, "Change your preferences.", resources.Preferences),
    Entry(
        "receipt:explain",
        user.Explain,
        "records",
        Permission.SELF,
        "Why something counted, or did not.",
        resources.Receipts,
        reads=True,
    ),
    own("user:me", user.Me, "Everything of your own that is live.", resources.Me, reads=True, socket=False),
    own("user:rewards", user.Rewards, "XP, level, badges, streaks.", resources.Rewards, reads=True, socket=False),
    own("user:badges", user.Badges, "The badge catalogue with your progress.", None, reads=True, socket=False),
    Entry(
        "user:profile",
        user.Profile,
        "user",
        Permission.VIEWER,
        "What others may see of a user.",
        resources.PublicUser,
        reads=True,
        socket=False,
    ),
    Entry(
        "user:earned",
        user.EarnedBadges,
        "user",
        Permission.VIEWER,
        "The badges of a user.",
        None,
        reads=True,
        socket=False,
    ),
)
