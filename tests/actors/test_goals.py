"""Goals in the real runtime: who hears what, what is due, what comes back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from actors.messages import Permission
from rules.activity.commands import RecordPuff
from rules.goals.commands import CreateGoal, DeleteGoal, ListGoals, MarkMilestone, UpdateGoal
from rules.notices.commands import ListNotices
from rules.refusal import Code
from rules.social.commands import AcceptFriend, RequestFriend
from rules.user.commands import Explain, PrivacyChanges, Register, SyncSteps, UpdatePreferences
from tests.actors.inbox import ADDRESS, ANN, BOB, Inbox
from tests.actors.world import NOON

TODAY = NOON.date()


@pytest.fixture
async def inbox() -> Inbox:
    return await Inbox.of_ann()


async def daily(inbox: Inbox, target: float = 5000.0, **more) -> dict:
    return await inbox.does(CreateGoal("daily", "steps", target, **more))


async def words(inbox: Inbox, type: str) -> list[str]:
    shown = (await inbox.does(ListNotices(limit=100)))["notifications"]
    return [each["message"] for each in shown if each["type"] == type]


async def test_a_goal_is_shown_with_its_progress(inbox):
    await inbox.does(SyncSteps(TODAY, 2000))
    goal = await daily(inbox)
    assert goal == {
        "id": goal["id"],
        "type": "daily",
        "metric": "steps",
        "target": 5000,
        "from": "2026-05-01",
        "title": "5,000 steps a day",
        "period": {"from": "2026-05-01", "to": "2026-05-01"},
        "progress": 2000,
        "achieved": False,
        "periodsAchieved": 0,
        "milestones": [],
        "createdAt": "2026-05-01T12:00:00Z",
    }
    assert await inbox.does(ListGoals()) == {"goals": [goal]}


async def test_reaching_it_is_pushed_once_and_told_in_words(inbox):
    await daily(inbox)
    for steps in (5000, 4000, 6000):
        await inbox.does(SyncSteps(TODAY, steps))
        await inbox.goes_on(hours=1)
    (achieved,) = inbox.pushed("goal:achieved")
    assert (achieved["goal"]["achieved"], achieved["goal"]["periodsAchieved"]) == (True, 1)
    assert await words(inbox, "goalAchieved") == ["You did it: 5,000 steps a day."]
    await inbox.goes_on(days=1)
    await inbox.does(SyncSteps(TODAY + timedelta(days=1), 5000))
    assert len(inbox.pushed("goal:achieved")) == 1
    assert len(await words(inbox, "goalAchieved")) == 2


async def test_reaching_it_commits_with_the_steps_and_survives_the_server(inbox):
    await daily(inbox)
    before = len(inbox.world.journal.commits)
    await inbox.does(SyncSteps(TODAY, 5000))
    assert len(inbox.world.journal.commits) == before + 1
    await inbox.down_for(hours=1)
    await inbox.does(SyncSteps(TODAY, 9000))
    assert len(inbox.pushed("goal:achieved")) == 1
    (goal,) = (await inbox.does(ListGoals()))["goals"]
    assert (goal["progress"], goal["achieved"]) == (9000, True)
    assert inbox.comes_back_equal().goals is not None


async def test_all_devices_follow_goals_and_their_progress(inbox):
    goal = await daily(inbox)
    assert inbox.pushed("sync:progress") == [{"goals": [goal], "removed": []}]
    await inbox.does(SyncSteps(TODAY, 6000))
    (told,) = inbox.pushed("sync:progress")
    assert [(each["progress"], each["achieved"]) for each in told["goals"]] == [(6000, True)]
    await inbox.does(SyncSteps(TODAY - timedelta(days=1), 500))  # before it began
    assert inbox.pushed("sync:progress") == []
    await inbox.does(UpdateGoal(goal["id"], title="Walk"))
    (told,) = inbox.pushed("sync:progress")
    assert told["goals"][0]["title"] == "Walk"
    assert await inbox.does(DeleteGoal(goal["id"])) == {}
    assert inbox.pushed("sync:progress") == [{"goals": [], "removed": [goal["id"]]}]
    assert await inbox.does(ListGoals()) == {"goals": []}
    inbox.comes_back_equal()


async def test_a_milestone_is_told_when_the_progress_passes_it(inbox):
    goal = await daily(inbox)
    shown = await inbox.does(MarkMilestone(goal["id"], "Half way", share=0.5))
    assert shown["milestones"][0]["value"] == 2500
    await inbox.does(SyncSteps(TODAY, 2600))
    assert await words(inbox, "goalMilestone") == ["Half way on your way to 5,000 steps a day."]
    (goal,) = (await inbox.does(ListGoals()))["goals"]
    assert goal["milestones"][0]["reachedAt"] == "2026-05-01T12:00:00Z"
    inbox.comes_back_equal()


async def test_few_puffs_are_praised_at_midnight(inbox):
    await inbox.does(CreateGoal("daily", "puffs", 1.0))
    await inbox.does(RecordPuff())
    await inbox.until(datetime(2026, 5, 1, 23, 59, tzinfo=UTC))
    assert inbox.pushed("goal:achieved") == []
    await inbox.until(datetime(2026, 5, 2, tzinfo=UTC))
    assert [each["goal"]["periodsAchieved"] for each in inbox.pushed("goal:achieved")] == [1]
    assert inbox.world.journal.reminders[ADDRESS, "goals"] == datetime(2026, 5, 3, tzinfo=UTC)


async def test_days_that_ended_while_the_server_was_down_are_judged_once(inbox):
    await inbox.does(CreateGoal("daily", "puffs", 0.0))
    await inbox.down_for(days=3)
    assert len(inbox.pushed("goal:achieved")) == 3
    await inbox.down_for(hours=1)
    assert inbox.pushed("goal:achieved") == []
    inbox.comes_back_equal()


async def test_friends_hear_of_it(inbox):
    await inbox.says(Register("bob", "Bob"), by=BOB)
    ask = {"kind": "user", "may": Permission.USER, "onward": True}
    await inbox.world.ask(BOB, RequestFriend(BOB), by=ANN, **ask)
    await inbox.says(AcceptFriend(ANN), by=BOB)
    await inbox.does(UpdatePreferences(privacy=PrivacyChanges(progress="friends")))
    await daily(inbox)
    await inbox.does(SyncSteps(TODAY, 5000))
    pushes = [push for push in inbox.world.audience.pushes if push != "reply" and push.topic == f"user:{BOB}"]
    heard = [push.data["activity"] for push in pushes if push.type == "friend:activity"]
    assert "goalAchieved" in heard


async def test_receipts_explain_goals(inbox):
    await daily(inbox, title="Walk")
    await inbox.does(SyncSteps(TODAY, 5000))
    (receipt,) = (await inbox.does(Explain(subject="goal")))["receipts"]
    assert receipt["text"] == "5,000 steps from 2026-05-01 to 2026-05-01 achieved the goal Walk."
    assert (await inbox.does(Explain(subject="goal", date=date(2026, 4, 1))))["receipts"] == []


async def test_only_the_user_sees_and_changes_their_goals(inbox):
    goal = await daily(inbox)
    await inbox.says(Register("bob", "Bob"), by=BOB)
    for command in (ListGoals(), DeleteGoal(goal["id"])):
        refusal = await inbox.world.ask(ANN, command, by=BOB, kind="user", may=Permission.SELF)
        assert refusal.code is Code.FORBIDDEN
    assert (await inbox.says(DeleteGoal(goal["id"]), by=BOB)).code is Code.NOT_FOUND
