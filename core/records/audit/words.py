"""What people did beside changing records, in sentences: sign-ins, roles, plugins, settings, notes, views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.database import db
from core.journal.browsing import Touched
from core.journal.encoding import decode_row
from core.plugin import registry
from core.users import Role

OUTCOMES = {
    "signed_in": _l("Signed in"), "signed_out": _l("Signed out"), "failed": _l("Failed to sign in"),
    "locked": _l("Tried to sign in while the account was locked"), "second_factor_failed": _l("Gave a wrong code"),
    "password_changed": _l("Changed the password"), "two_factor_on": _l("Switched the second factor on"),
    "two_factor_off": _l("Switched the second factor off"), "recovery_used": _l("Used a recovery code"),
    "token_created": _l("Made an API token"), "token_revoked": _l("Revoked an API token"),
    "sessions_ended": _l("Ended all sessions"),
}
_MADE = {
    "role": {"insert": _l("Added the role %(name)s"), "update": _l("Changed the role %(name)s"),
             "delete": _l("Deleted the role %(name)s")},
    "record_view": {"insert": _l("Saved the view %(name)s"), "update": _l("Changed the view %(name)s"),
                    "delete": _l("Deleted the view %(name)s")},
    "plugin_state": {"insert": _l("Installed the plugin %(name)s"), "update": _l("Upgraded the plugin %(name)s"),
                     "delete": _l("Removed the plugin %(name)s")},
    "record_note": {"insert": _l("Wrote a note on %(name)s"), "update": _l("Changed a note on %(name)s"),
                    "delete": _l("Deleted a note on %(name)s")},
}


@dataclass(frozen=True)
class Names:
    """What sentences name: people and roles by id, and the records of the page by (type, id)."""

    people: Mapping[int, str]
    roles: Mapping[int, str]
    records: Mapping[tuple[str, int], str]


def roles() -> dict[int, str]:
    """The names of the roles by id; a company has few."""
    return {role.id: role.name for role in db.session.scalars(db.select(Role))}


def sentence(row: Touched, names: Names) -> str:
    """What one row of core's own tables says; "" for one that a sentence about another covers."""
    old, new = decode_row(row.before), decode_row(row.after)
    speak = _SPEAKERS.get(row.table_name)
    return speak(row, old, new, names) if speak else ""


def _made(row: Touched, name: str) -> str:
    return str(_MADE[row.table_name][row.op]) % {"name": name}


def _sign_in(_row: Touched, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> str:
    whole = {**old, **new}
    outcome = str(OUTCOMES.get(whole["outcome"], whole["outcome"]))
    person = names.people.get(whole.get("user_id") or 0) or _("nobody's account")
    return f"{outcome}: {person}"


def _role(row: Touched, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> str:
    name = new.get("name") or old.get("name") or names.roles.get(int(row.row_id), f"#{row.row_id}")
    return _made(row, name)


def _grant(row: Touched, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> str:
    number = new.get("role_id") or old.get("role_id") or _number(row.under)
    return _("Changed what the role %(name)s may do", name=names.roles.get(number, f"#{number}"))


def _holder(row: Touched, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> str:
    link = {**old, **new}
    person = names.people.get(link["user_id"], f"#{link['user_id']}")
    role = names.roles.get(link["role_id"], f"#{link['role_id']}")
    if row.op == "delete":
        return _("Took the role %(role)s from %(person)s", role=role, person=person)
    return _("Gave %(person)s the role %(role)s", role=role, person=person)


def _plugin(row: Touched, _old: Mapping[str, Any], new: Mapping[str, Any], _names: Names) -> str:
    name = str(registry().titles.get(row.row_id, row.row_id))
    if row.op == "update" and "enabled" in new:
        return _("Switched the plugin %(name)s on", name=name) if new["enabled"] \
            else _("Switched the plugin %(name)s off", name=name)
    return _made(row, name)


def _settings(row: Touched, *_rest: Any) -> str:
    known = {"core": _("Company"), "contacts": _("Contacts"), "core.users": _("Sign-in")}
    name = known.get(row.row_id) or str(registry().titles.get(row.row_id, row.row_id))
    return _("Changed the settings: %(name)s", name=name)


def _note(row: Touched, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> str:
    whole = {**old, **new}
    return _made(row, names.records.get((whole.get("record_type", ""), whole.get("record_id", 0)), "") or "#…")


def _view(row: Touched, old: Mapping[str, Any], new: Mapping[str, Any], _names: Names) -> str:
    return _made(row, new.get("name") or old.get("name") or f"#{row.row_id}")


def _number(under: str | None) -> int:
    return int(under.rpartition("=")[2]) if under else 0


_SPEAKERS: Mapping[str, Callable[..., str]] = {
    "sign_in": _sign_in, "role": _role, "role_grant": _grant, "user_role": _holder, "plugin_state": _plugin,
    "component_settings": _settings, "record_note": _note, "record_view": _view}
