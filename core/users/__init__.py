"""People, teams, roles, sign-in, tokens, and who may see which rows."""

from flask import Flask
from flask_login import LoginManager

from core.users import csrf, guard, hooks, limits, sessions, tokens
from core.users.access import may, reaches, scope_of, visible
from core.users.limits import limit_api
from core.users.models import SCOPES, Role, Team, User
from core.users.navigation import SettingsPage, add_settings_page, settings_navigation

__all__ = [
    "SCOPES", "Role", "SettingsPage", "Team", "User", "add_settings_page", "hooks", "init_app", "limit_api",
    "may", "reaches", "scope_of", "settings_navigation", "visible",
]


def init_app(app: Flask) -> None:
    """Know people by cookie or token, and guard every view."""
    app.before_request(guard.forget)  # before the limits, which ask who it is
    limits.init_app(app)
    # a remembered cookie is written again when its session is prolonged, not with every answer
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager = LoginManager(app)
    sessions.prepare(manager)
    manager.request_loader(tokens.load)
    guard.init_app(app)
    csrf.init_app(app)
