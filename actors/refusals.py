"""What the runtime itself refuses with, whatever the command was."""

from rules.refusal import Code, Refusal

AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: send it again in a moment", {"retryAfter": 2})
FULL = Refusal(Code.UNAVAILABLE, "too much is waiting for the database: send it again in a moment", {"retryAfter": 2})
BUSY = Refusal(Code.BUSY, "too many commands are waiting here: send it again in a moment", {"retryAfter": 1})
BROKEN = Refusal(Code.INTERNAL, "this failed on our side and has been noted: nothing was changed")
FENCED = Refusal(Code.UNAVAILABLE, "another server took over: reconnect and send it again", {"retryAfter": 2})
KEY_REUSED = Refusal(Code.CONFLICT, "this key was already used for another command: use a new one")
QUARANTINED = Refusal(Code.UNAVAILABLE, "this failed too often and waits for an operator", {"retryAfter": 60})
STOPPING = Refusal(Code.UNAVAILABLE, "this server is stopping: reconnect and send it again", {"retryAfter": 1})
