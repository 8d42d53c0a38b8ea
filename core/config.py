"""Where every option comes from: defaults, then instance/config.py, then ELEVEN_* variables.

`OPTIONS` is the whole list; `docs/reference/configuration.md` is generated from it.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from environs import Env, EnvError
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range, Regexp


def known_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not have."""
    if name not in available_timezones():
        raise ValidationError(f"there is no time zone {name!r}; write one like Europe/Berlin")


class ConfigError(Exception):
    """An option has a value that Eleven cannot use; the message says which, why and where it came from."""


@dataclass(frozen=True)
class Option:
    """One option: its name without the ELEVEN_ prefix, the environs parser, its default and its meaning."""

    name: str
    kind: str
    default: Any
    help: str
    validate: Callable[[Any], Any] | None = None


OPTIONS = (
    Option("DATABASE_URL", "str", "", "Where the data is: empty for instance/eleven.db, or postgresql://user@host/name."),
    Option("SECRET_KEY", "str", "", "Signs cookies and links. Made at first start in instance/secret_key when empty."),
    Option("JOBS_URL", "str", "", "Where background jobs wait: empty for instance/jobs.db (or the PostgreSQL of "
           "DATABASE_URL), or redis://host:port/number."),
    Option("RATE_LIMIT_URL", "str", "memory://", "Where requests are counted: memory:// or redis://host:port/number."),
    Option("API_RATE", "str", "600 per minute", "How many requests a person's programs may make, \"600 per minute\".",
           Regexp(r"[1-9][0-9]* (per|/) ?([1-9][0-9]* )?(second|minute|hour|day)s?$",
                  error="It must read like 600 per minute")),
    Option("BASE_URL", "str", "", "The address that links in mails begin with, for example https://crm.example.org."),
    Option("TRUSTED_PROXIES", "int", 0, "How many reverse proxies stand in front; their X-Forwarded-* count.",
           Range(min=0, max=9)),
    Option("MAIL_URL", "str", "", "smtp://user:password@host:587, smtps://… or empty: mail lands in instance/outbox/."),
    Option("MAIL_FROM", "str", "eleven@localhost", "The sender of the mails that Eleven writes."),
    Option("LOG_LEVEL", "str", "INFO", "DEBUG, INFO, WARNING or ERROR.",
           OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])),
    Option("LOG_FORMAT", "str", "console", "console for people, json for machines.", OneOf(["console", "json"])),
    Option("LANGUAGE", "str", "en", "The language of a person who has chosen none: en or ru.", OneOf(["en", "ru"])),
    Option("TIME_ZONE", "str", "UTC", "The time zone of a person who has chosen none.", known_zone),
    Option("UPLOAD_LIMIT_MB", "int", 25, "The largest file that a person can attach, in megabytes.",
           Range(min=1, max=2048)),
    Option("SESSION_DAYS", "int", 30, "How many days a remembered device stays signed in.", Range(min=1, max=400)),
    Option("SECURE_COOKIES", "bool", False, "Send cookies over HTTPS only. Switch on as soon as you serve HTTPS."),
    Option("PLUGINS_STRICT", "bool", False, "Stop at a broken plugin instead of quarantining it (tests, CI)."),
    Option("PLUGINS_IGNORED", "list", [], "Plugins that are not even looked at: a way to start without one."),
    Option("PLUGINS_PATHS", "list", [], "Further folders to look for plugins in."),
    Option("PLUGINS_SECONDS", "float", 2.0, "How many seconds a plugin may take for one answer while a page is built; "
           "then it is ended and the page goes on without. 0: as long as it likes (debugging).", Range(min=0, max=600)),
    Option("TEMPLATES_AUTO_RELOAD", "bool", False, "Read a template again when its file changes (development)."),
)


def load(instance: Path, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return every option by name.

    `overrides` win over everything (tests). Raises ConfigError for a value that does not fit its option
    and for a name that is no option.
    """
    given = _config_file(instance / "config.py")
    overrides = dict(overrides or {})
    known = {option.name for option in OPTIONS}
    for name in given.keys() - known:
        raise ConfigError(f"{instance / 'config.py'}: {name} is not an option. "
                          f"The options are {', '.join(sorted(known))}.")
    env = Env(prefix="ELEVEN_")
    values: dict[str, Any] = {}
    for option in OPTIONS:
        if option.name in overrides:
            values[option.name] = overrides.pop(option.name)
            continue
        try:
            values[option.name] = getattr(env, option.kind)(
                option.name, default=given.get(option.name, option.default), validate=option.validate)
        except EnvError as error:
            raise ConfigError(f"ELEVEN_{option.name}: {error}. {option.help}") from error
        _check(option, values[option.name], instance / "config.py")
    values |= overrides
    return _settle(values, instance)


def _check(option: Option, value: Any, path: Path) -> None:
    """Refuse what the company's file says; environs has looked only at what the environment says."""
    try:
        if option.validate is not None:
            option.validate(value)
    except (ValidationError, TypeError) as error:
        raise ConfigError(f"{path}: {option.name}: {error}. {option.help}") from error


def _settle(values: dict[str, Any], instance: Path) -> dict[str, Any]:
    """Fill in what depends on the instance folder and translate to the names that Flask's extensions read."""
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"Cannot make the folder {instance}: {error.strerror}. Make its parent writable, "
                          "or name another folder with ELEVEN_INSTANCE.") from error
    values["SECRET_KEY"] = values["SECRET_KEY"] or secret_key(instance)
    url = values["DATABASE_URL"] or f"sqlite:///{instance / 'eleven.db'}"
    values["DATABASE_URL"] = url
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("sqlite:", "postgresql+psycopg:")):
        raise ConfigError(f"ELEVEN_DATABASE_URL: {url.split(':')[0]} is not a database Eleven runs on. "
                          "Use sqlite:///path or postgresql://user@host/name.")
    days = values["SESSION_DAYS"]
    return values | {
        "SQLALCHEMY_DATABASE_URI": url,
        "SESSION_COOKIE_NAME": "eleven",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": values["SECURE_COOKIES"],
        "PERMANENT_SESSION_LIFETIME": days * 86400,
        "MAX_CONTENT_LENGTH": values["UPLOAD_LIMIT_MB"] * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "BABEL_DEFAULT_LOCALE": values["LANGUAGE"],
        "BABEL_DEFAULT_TIMEZONE": values["TIME_ZONE"],
    }


def secret_key(instance: Path) -> str:
    """Return the key of this instance, made at first call and readable by its owner only."""
    path = instance / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise ConfigError(f"Cannot write {path}: {error.strerror}. Make {instance} writable, "
                          "or name another folder with ELEVEN_INSTANCE.") from error
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def instance_folder() -> Path:
    """The company's folder: ELEVEN_INSTANCE, or instance/ beside core/."""
    named = os.environ.get("ELEVEN_INSTANCE")
    return Path(named).resolve() if named else Path(__file__).resolve().parent.parent / "instance"


def _config_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    found: dict[str, Any] = {}
    try:
        exec(compile(path.read_text(), str(path), "exec"), found)  # noqa: S102 the company's own file
    except Exception as error:
        raise ConfigError(f"{path} cannot be read: {error}. It is Python: NAME = value, one per line.") from error
    return {name: value for name, value in found.items() if name.isupper()}
