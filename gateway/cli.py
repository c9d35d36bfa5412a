"""The command line: `gauntlet serve`, `play`, `replay`, `send`, `bots`, `grant`, `import`, `rules`, `migrate`, `verify`, `settings`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from gateway.settings import SettingsError, describe, load

_ABOUT_RULES = "Look at a rule set before it is applied."
MOST_DAYS = 36_500  # that a preview goes back
_HOME = Path(os.environ.get("GAUNTLET_HOME") or ".gauntlet")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a subcommand → its exit code: 0 done, 1 failed, 2 used wrongly, 130 interrupted."""
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except SettingsError as problem:
        print(f"gauntlet: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        from gateway.server import START_ERRORS

        if not isinstance(problem, START_ERRORS):
            raise  # a bug: its traceback says more than we could
        print(f"gauntlet: {problem}", file=sys.stderr)
        return 1


# --- what each does; imports are late, so that a command loads only what it needs ---


def _serve(_: argparse.Namespace) -> int:
    settings = load(os.environ)
    from gateway.server import serve

    return serve(settings)


def _verify(_: argparse.Namespace) -> int:
    settings = load(os.environ)
    from gateway.maintenance import verify

    return verify(settings)


def _migrate(_: argparse.Namespace) -> int:
    settings = load(os.environ)
    from gateway.maintenance import migrate

    return migrate(settings)


def _grant(arguments: argparse.Namespace) -> int:
    settings = load(os.environ)
    from gateway.maintenance import grant

    return grant(settings, arguments.who, arguments.role)


def _import(arguments: argparse.Namespace) -> int:
    settings = load(os.environ)
    from gateway.maintenance import import_exercises

    return import_exercises(settings, arguments.file)


def _check_rules(arguments: argparse.Namespace) -> int:
    from gateway.rules_command import check

    return check(arguments.file)


def _preview_rules(arguments: argparse.Namespace) -> int:
    settings = load(os.environ)
    from gateway.maintenance import preview_rules

    since = arguments.since or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=arguments.days
    )
    return preview_rules(settings, arguments.file, since, arguments.json)


def _settings(_: argparse.Namespace) -> int:
    print(describe())
    return 0


def _play(arguments: argparse.Namespace) -> int:
    from gateway.play import DEFAULTS, play

    settings = load({**DEFAULTS, **os.environ})
    from rich.console import Console

    from gateway.logs import configure
    from gateway.server import Server

    configure(level=settings.log_level, format=settings.log_format)
    return _until_stopped(play(Server(settings), settings.home, Console(), Random(), arguments.bots))


def _replay(arguments: argparse.Namespace) -> int:
    from gateway.replay.command import run
    from gateway.replay.options import Options

    return run(
        Options(
            file=arguments.file,
            server=arguments.server,
            admin_token=arguments.admin_token,
            admin_email=arguments.admin_email,
            admin_password=arguments.admin_password,
            home=arguments.home,
            resend=arguments.resend,
            json=arguments.json,
        )
    )


def _send(arguments: argparse.Namespace) -> int:
    from gateway.send import Sending, run

    try:
        data = json.loads(arguments.data)
    except json.JSONDecodeError as problem:
        print(f"gauntlet send: the data is no JSON: {problem}", file=sys.stderr)
        return 2
    return run(
        Sending(
            type=arguments.type,
            data=data,
            key=arguments.key,
            server=arguments.server,
            email=arguments.email,
            password=arguments.password,
            encoding=arguments.encoding,
            seconds=None if arguments.watch else arguments.seconds,
            home=arguments.home,
        )
    )


def _bots(arguments: argparse.Namespace) -> int:
    from gateway.bots import run_bots
    from gateway.client.http import Api
    from gateway.client.notes import Notes

    async def walk() -> None:
        async with Api(arguments.server) as api:
            notes = Notes.read(arguments.home / "bots.json")
            await run_bots(api, notes, arguments.challenge, arguments.count, Random())

    return _until_stopped(walk())


def _until_stopped(running: Coroutine[Any, Any, None]) -> int:
    """Ctrl-C and SIGTERM are how these commands are meant to end."""
    import uvloop

    try:
        uvloop.run(running)
    except (KeyboardInterrupt, asyncio.CancelledError):
        print(file=sys.stderr)
    return 0


# --- what one may type ---


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gauntlet",
        description="A real-time game server for social challenges.",
        epilog=f"Settings come from the environment:\n\n{describe()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        return added

    command("serve", _serve, "Run the server, configured by the environment.")
    _add_play(command("play", _play, "Run a server with a host, bots and a live challenge."))
    _add_replay(command("replay", _replay, "Play a Fitbit export of hourly steps on driven game time."))
    _add_send(command("send", _send, "Send one command over the socket and print what comes back."))
    _add_bots(command("bots", _bots, "Let bots walk in a challenge of a running server."))
    grant = command("grant", _grant, "Give an account a role.")
    grant.add_argument("who", metavar="USERNAME")
    grant.add_argument("role", choices=("user", "premium", "admin"))
    imports = command("import", _import, "Bring exercises from elsewhere into the catalogue.")
    imports.add_argument("what", choices=("exercises",))
    imports.add_argument("file", type=Path, metavar="FILE.json", help="an array in the format of free-exercise-db")
    _add_rules(commands.add_parser("rules", help=_ABOUT_RULES, description=_ABOUT_RULES))
    command("migrate", _migrate, "Bring the database up to date.")
    command("verify", _verify, "Rebuild the read tables beside the live ones and compare.")
    command("settings", _settings, "Print every setting.")
    return parser


def _add_rules(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="check | preview")
    check = commands.add_parser("check", help="Say whether a file is a rule set, and what is wrong with it.")
    check.add_argument("file", type=Path, metavar="FILE.toml")
    check.set_defaults(run=_check_rules)
    about = "Say what a rule set would have given over past days, beside what was given. Changes nothing."
    preview = commands.add_parser("preview", help=about, description=about)
    preview.add_argument("file", type=Path, metavar="FILE.toml")
    preview.add_argument("--days", type=_days, default=30, metavar="N", help="as if in force for so many days (30)")
    preview.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="as if in force since that day")
    preview.add_argument("--json", type=Path, metavar="OUT", help="write every user's difference there")
    preview.set_defaults(run=_preview_rules)


def _days(text: str) -> int:
    if not 1 <= (days := int(text)) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST_DAYS:,}")
    return days


def _day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(), UTC)


def _add_play(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bots", type=int, default=30, metavar="N", help="how many bots walk (30)")


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="columns Id,ActivityHour,StepTotal")
    parser.add_argument("--home", type=Path, help="the replay's folder (.gauntlet/replay/…, by the file's rows)")
    parser.add_argument("--resend", action="store_true", help="send also what lies before the server's clock")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write standings and rewards there")
    parser.add_argument("--server", metavar="URL", help="play against this server, not one of its own")
    parser.add_argument("--admin-token", metavar="TOKEN", help="an admin's access token, to move that server's clock")
    parser.add_argument("--admin-email", metavar="EMAIL")
    parser.add_argument("--admin-password", metavar="PASSWORD")


def _add_send(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="like challenge:join")
    parser.add_argument("data", metavar="JSON", nargs="?", default="{}", help="the command's data ({})")
    parser.add_argument("--watch", action="store_true", help="print pushes until Ctrl-C")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long to print pushes (3)")
    parser.add_argument("--key", help="an idempotency key")
    parser.add_argument("--server", metavar="URL")
    parser.add_argument("--email", help="who sends it (the player of script/play)")
    parser.add_argument("--password")
    parser.add_argument("--encoding", choices=("json", "msgpack"), default="json")
    parser.add_argument("--home", type=Path, default=_HOME, help="where script/play keeps its notes (.gauntlet)")


def _add_bots(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", metavar="URL", default="http://127.0.0.1:8080")
    parser.add_argument("--challenge", metavar="ID", required=True)
    parser.add_argument("--count", type=int, default=30, metavar="N")
    parser.add_argument("--home", type=Path, default=_HOME, help="where the bots keep their secret (.gauntlet)")
