"""Everything an operator can set: the environment, read once, as one frozen object.

env ──load()──▶ Settings        a misspelt or impossible variable is a SettingsError in words
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasGenerator, AwareDatetime, BeforeValidator, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.secrets import is_development_secret

SHORTEST_SECRET = 32  # characters; HS256 wants 256 bits
MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
PREFIX = "GAUNTLET_"
WITHOUT_PREFIX = ("DATABASE_URL", "PORT")  # the names that platforms set
IRREGULAR = {"old_secrets": "GAUNTLET_SECRETS_OLD"}  # sorts beside GAUNTLET_SECRET


class SettingsError(Exception):
    """The environment cannot be used. The text names each variable and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def variable(field: str) -> str:
    """`home` → `GAUNTLET_HOME`: the environment variable of a field."""
    name = field.upper()
    return name if name in WITHOUT_PREFIX else IRREGULAR.get(field, PREFIX + name)


def _comma_separated(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _postgres_url(value: object) -> object:
    if isinstance(value, str) and urlsplit(value).scheme not in ("postgresql", "postgres"):
        raise ValueError("must be a URL like postgresql://user:password@host/database")
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)]
Folder = Annotated[Path, BeforeValidator(lambda value: _absolute(Path(value)))]
DatabaseUrl = Annotated[str, BeforeValidator(_postgres_url)]
Many = Annotated[int, Field(ge=1, le=1_000_000_000)]
Seconds = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]


class Settings(BaseSettings):
    """See each field. Built by `load`; tests may name fields directly (`Settings(port=0)`)."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=AliasGenerator(validation_alias=variable),
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )

    # --- where and how ---
    mode: Literal["development", "production"] = "development"
    """production refuses to start with anything that is only fit for development"""
    database_url: DatabaseUrl | None = Field(None, repr=False)
    """the PostgreSQL to use, postgresql://user:password@host/database; unset: an embedded one in GAUNTLET_HOME"""
    port: int = Field(8080, ge=0, le=65535)
    """the one port of sockets, HTTP and the web page; 0 takes any that is free"""
    host: str = Field(
        default_factory=lambda data: "0.0.0.0" if data["mode"] == "production" else "127.0.0.1",  # noqa: S104 - all of them
        json_schema_extra={"shown": "127.0.0.1, in production 0.0.0.0"},
    )
    """the address to listen on"""
    home: Folder = Field(default_factory=lambda: _absolute(Path(".gauntlet")), json_schema_extra={"shown": ".gauntlet"})
    """the folder of generated secrets and the embedded database"""
    secret: str | None = Field(None, repr=False, json_schema_extra={"shown": "development: generated"})
    """signs access tokens; production needs one of at least 32 characters"""
    old_secrets: Words = Field((), repr=False)
    """earlier secrets, comma-separated: tokens they signed stay good until they expire"""
    origins: Words = ()
    """hosts, comma-separated, whose pages may open a socket, besides the server's own"""
    trusted_proxies: int = Field(0, ge=0, le=10)
    """how many proxies in front are to be believed about a client's address (X-Forwarded-For)"""

    # --- the game ---
    rules: Folder | None = Field(None, json_schema_extra={"shown": "the rule set shipped"})
    """a rule set's file, or a folder of them: those that follow the one shipped, or stand in its place"""
    clock: Literal["real", "driven"] = "real"
    """driven: game time stands until an admin moves it (rehearsals, replays of history); development only"""
    clock_start: AwareDatetime | None = None
    """where a driven clock starts, RFC 3339 with an offset; without it, at the present"""
    pin_sign_in: bool = False
    """allows accounts of a username and a 4-digit PIN"""

    # --- limits of connections ---
    commands_per_second: Many = 20
    """commands a connection may send in the long run"""
    command_burst: Many = 60
    """commands a connection may send at once"""
    user_commands_per_second: Many = 40
    """commands all connections of a user may send together"""
    hellos_per_minute: Many = 10
    """sign-ins of one user on sockets"""
    sockets_without_hello: Many = 20
    """sockets of one address that have not signed in yet"""
    sockets_per_user: Many = 10
    """sockets of one user; a newer one closes the oldest"""
    hello_timeout: Seconds = 5
    """seconds until a connection must have said who it is"""
    heartbeat: Seconds = 25
    """idle seconds after which the server pings"""
    unread_bytes: Many = 1_048_576
    """bytes a client may leave unread before it is closed as too slow"""
    unread_seconds: Seconds = 10
    """seconds a client may leave bytes unread"""

    # --- limits of sign-in and HTTP ---
    sign_ins_per_minute: Many = 10
    """sign-in attempts of one address"""
    registrations_per_minute: Many = 60
    """new accounts of one address, guests included"""
    sign_in_failures: Many = 5
    """failed sign-ins of an account before its delays start to grow"""
    http_requests_user: Many = 100
    """HTTP requests in 15 minutes of a user"""
    http_requests_premium: Many = 500
    """HTTP requests in 15 minutes of a premium user"""
    http_requests_admin: Many = 1000
    """HTTP requests in 15 minutes of an admin"""
    access_token_seconds: Many = 900
    """how long an access token is good"""
    refresh_token_seconds: Many = 604_800
    """how long a refresh token is good"""

    # --- limits of the game's machinery ---
    backlog: Many = 10_000
    """commands that may wait for the database before new ones are refused"""
    inbox: Many = 1000
    """messages that may wait for one actor before new ones are refused"""
    passivate_seconds: Seconds = 600
    """idle seconds after which an actor leaves memory"""
    topic_history: Many = 256
    """pushes of a topic kept for clients that come back"""
    topic_history_seconds: Seconds = 300
    """seconds a push is kept at least"""
    presence_grace: Seconds = 15
    """seconds after their last connection has gone until somebody's friends hear that they are offline"""
    topics: Many = 50_000
    """topics whose history is kept"""
    key_hours: int = Field(48, ge=24, le=720)
    """hours an idempotency key is remembered"""
    drain_seconds: float = Field(8, ge=0, le=9.5, allow_inf_nan=False)
    """seconds a stop may take to let clients go; all of it stays below 10"""

    # --- logs ---
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """the least that is logged"""
    log_format: Literal["json", "console"] = Field(
        default_factory=lambda data: "json" if data["mode"] == "production" else "console",
        json_schema_extra={"shown": "console, in production json"},
    )
    """console is for people, json for machines"""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # never the process's own environment: `load` hands one over

    @model_validator(mode="after")
    def _fit_for_its_mode(self) -> Self:
        if self.clock_start is not None and self.clock != "driven":
            raise ValueError("GAUNTLET_CLOCK_START needs GAUNTLET_CLOCK=driven: the real clock cannot be set")
        if self.mode == "production":
            if self.clock == "driven":
                raise ValueError("GAUNTLET_CLOCK=driven works in development mode only: remove it")
            if self.secret is None:
                raise ValueError(f"GAUNTLET_SECRET is required in production mode. Make one: {MAKE_ONE}")
            for name, secret in (
                ("GAUNTLET_SECRET", self.secret),
                *(("GAUNTLET_SECRETS_OLD", s) for s in self.old_secrets),
            ):
                if is_development_secret(secret):
                    raise ValueError(f"{name} holds a development secret, and this is production. Make one: {MAKE_ONE}")
                if len(secret) < SHORTEST_SECRET:
                    raise ValueError(
                        f"{name} is shorter than {SHORTEST_SECRET} characters, too short for production. "
                        f"Make one: {MAKE_ONE}"
                    )
        return self


VARIABLES: Mapping[str, FieldInfo] = {variable(name): field for name, field in Settings.model_fields.items()}


def load(env: Mapping[str, str]) -> Settings:
    """The settings of an environment; empty variables count as unset. Raises SettingsError."""
    problems = [_unknown(name) for name in env if name.startswith(PREFIX) and name not in VARIABLES]
    if problems:
        raise SettingsError(problems)
    source = EnvSettingsSource(Settings, case_sensitive=True, env_ignore_empty=True)
    source.env_vars = {name: value for name, value in env.items() if name in VARIABLES and value}
    try:
        return Settings(**source())
    except ValidationError as error:
        # a default that depends on a broken variable is no second problem
        details = [detail for detail in error.errors() if detail["type"] != "default_factory_not_called"]
        raise SettingsError([_readable(detail) for detail in details]) from None


def _unknown(name: str) -> str:
    bare = name.removeprefix(PREFIX)
    unprefixed = [bare] if bare in WITHOUT_PREFIX else []
    reordered = [known for known in VARIABLES if sorted(known.split("_")) == sorted(name.split("_"))]
    nearest, *_ = [*unprefixed, *reordered, *get_close_matches(name, VARIABLES, n=1, cutoff=0.0)]
    return f"{name} is no setting. Did you mean {nearest}?"


def _readable(detail: Any) -> str:
    problem = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if not detail["loc"]:
        return str(problem)
    name = str(detail["loc"][0])
    got = f", not {detail['input']!r}" if VARIABLES[name].repr else ""
    return f"{name} {problem}{got}"


def describe() -> str:
    """Every variable, its default and its meaning, as a Markdown table that also reads well on a terminal."""
    rows = [("Variable", "Default", "Meaning")]
    rows += [(name, _default(field), field.description or "") for name, field in VARIABLES.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2]))
    return "\n".join(
        "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def _default(field: FieldInfo) -> str:
    if isinstance(field.json_schema_extra, dict):
        return str(field.json_schema_extra["shown"])
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return str(field.default) if field.default not in (None, ()) else ""
