"""The host's pages in the navigation of the settings."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.users.navigation import SettingsPage, add_settings_page

PAGES = (
    SettingsPage(_l("Company"), "host.company", "building", "plugin.admin"),
    SettingsPage(_l("Contacts"), "host.contacts", "address-book", "plugin.admin"),
    SettingsPage(_l("Plugins"), "host.plugins", "puzzle", "plugin.admin"),
    SettingsPage(_l("Development"), "host.developer", "code", "plugin.admin"),
)


def init_app(app: Flask) -> None:
    """Put the pages under Administration."""
    for page in PAGES:
        add_settings_page(app, page)
