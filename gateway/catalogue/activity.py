"""What users did."""

from gateway.catalogue.entry import own
from rules import resources
from rules.activity import commands as activity
from rules.user import commands as user

ENTRIES = (
    own("steps:sync", user.SyncSteps, "A device's totals of a day so far.", resources.Synced),
    own("puff:record", activity.RecordPuff, "A puff.", resources.Synced),
    own("walk:log", activity.LogWalk, "A walk that is over, or has begun.", resources.Logged),
    own("run:log", activity.LogRun, "A run that is over, or has begun.", resources.Logged),
    own("activity:delete", activity.DeleteActivity, "Take back what you did.", resources.Logged),
    own("streak:freeze", activity.FreezeStreak, "Use a freeze by hand.", resources.Streak),
)
