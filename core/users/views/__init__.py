"""The pages of sign-in, of one's own account and of administration."""

from flask import Blueprint

blueprint = Blueprint("users", "core.users", template_folder="templates")

# the modules hang their views on the blueprint
from core.users.views import account, people, roles, sign_in, teams, two_factor  # noqa: E402

__all__ = ["account", "blueprint", "people", "roles", "sign_in", "teams", "two_factor"]
