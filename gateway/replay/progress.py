"""How far a replay is."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from gateway.replay.plan import Hour


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} syncs/s")


class DayByDay:
    """A bar on a terminal; elsewhere a line for each day of the game."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=total)
        self._day = ""
        self._done = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()

    def advance(self, hour: Hour) -> None:
        day = f"{hour.at:%Y-%m-%d}"
        self._done += len(hour.syncs)
        self._bar.update(self._task, advance=len(hour.syncs), description=f"{hour.at:%Y-%m-%d %H}h")
        if day != self._day and not self._console.is_terminal:
            self._console.print(f"{day}  {self._done:,} syncs", highlight=False)
        self._day = day
