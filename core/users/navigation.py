"""The second navigation, inside the settings: one's own account, then what administrators keep."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user


@dataclass(frozen=True)
class SettingsPage:
    """A page of the settings, shown to whoever has the permission (None: to everyone)."""

    label: Any
    endpoint: str
    icon: str
    permission: str | None = None


ACCOUNT = (
    SettingsPage(_l("Profile"), "users.profile", "user-circle"),
    SettingsPage(_l("Security"), "users.security", "shield-lock"),
)
ADMINISTRATION = (
    SettingsPage(_l("People"), "users.people", "users", "user.admin"),
    SettingsPage(_l("Roles"), "users.roles", "key", "user.admin"),
    SettingsPage(_l("Teams"), "users.teams", "hierarchy", "user.admin"),
    SettingsPage(_l("Sign-in"), "users.policy", "lock", "user.admin"),
)


def add_settings_page(app: Flask, page: SettingsPage) -> None:
    """Put a further page of core under Administration."""
    app.extensions.setdefault("eleven.settings_pages", []).append(page)


def settings_navigation() -> list[dict[str, Any]]:
    """The groups that web/admin.html draws at the left, as far as the person may open them."""
    pages = [*ADMINISTRATION, *current_app.extensions.get("eleven.settings_pages", ())]
    here = request.endpoint or ""
    groups = []
    for label, listed in ((_l("Your account"), ACCOUNT), (_l("Administration"), pages)):
        items = [{"label": page.label, "url": url_for(page.endpoint), "icon": page.icon,
                  "active": here == page.endpoint or here.startswith(page.endpoint + "_")}
                 for page in listed if page.permission is None or current_user.may(page.permission)]
        if items:
            groups.append({"label": label, "items": items})
    return groups
