"""What users want to reach."""

from gateway.catalogue.entry import own
from rules import resources
from rules.goals import commands as goals

ENTRIES = (
    own("goal:create", goals.CreateGoal, "Set yourself a goal.", resources.Goal),
    own("goal:update", goals.UpdateGoal, "Change a goal.", resources.Goal),
    own("goal:delete", goals.DeleteGoal, "Give a goal up.", None),
    own("goal:milestone", goals.MarkMilestone, "Name a value on the way to a goal.", resources.Goal),
    own("goal:list", goals.ListGoals, "Your goals, with your progress.", resources.Goals, reads=True),
)
