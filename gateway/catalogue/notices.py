"""The caller's inbox."""

from gateway.catalogue.entry import own
from rules import resources
from rules.notices import commands as notices

ENTRIES = (
    own("notification:read", notices.ReadNotice, "You have seen a notification.", None),
    own("notification:read-all", notices.ReadAllNotices, "You have seen all of them.", None),
    own("notification:delete", notices.DeleteNotice, "Throw a notification away.", None),
    own(
        "notification:list",
        notices.ListNotices,
        "A page of your notifications.",
        resources.Notifications,
        reads=True,
        stored=True,
    ),
)
