"""What users did."""

from gateway.catalogue.entry import own
from rules import resources
from rules.user import commands as user

ENTRIES = (own("steps:sync", user.SyncSteps, "A device's totals of a day so far.", resources.Synced),)
