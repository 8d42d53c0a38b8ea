"""A gallery of plugins: one that is good, and each way to be broken with a part of the reason that is given."""

MODEL = """
    from sqlalchemy.orm import Mapped, mapped_column, relationship
    from sqlalchemy import ForeignKey
    from core.database import Model
    class Thing(Model):
        __tablename__ = "{table}"
        id: Mapped[int] = mapped_column(primary_key=True)
        {more}
"""

GOOD = """
    from flask import Blueprint
    from core.plugin import hookimpl, Permission
    from core.web.access import public
    bp = Blueprint("{name}", __name__)
    @bp.get("/{name}")
    @public
    def index():
        return "{name} answers"
    @hookimpl
    def blueprints():
        return [bp]
    @hookimpl
    def permissions():
        return [Permission(key="{name}.use", label="Use")]
"""

HOOK = "from core.plugin import Panel, Permission, hookimpl\n@hookimpl\ndef "
MANIFEST = "from core.plugin import Manifest\nmanifest = Manifest(name='{}', title='', description='')"

BROKEN = {
    "fails on import": ({"hooks": "1 / 0"}, "ZeroDivisionError"),
    "syntax error": ({"hooks": "def ("}, "SyntaxError"),
    "fails in the package": ({"init": "raise RuntimeError('no licence')"}, "no licence"),
    "leaves the process": ({"init": "raise SystemExit(3)"}, "SystemExit"),
    "no manifest": ({"init": ""}, "no `manifest"),
    "bad manifest": ({"init": MANIFEST.format("A-1")},
                     "lower-case letters"),
    "other name": ({"init": MANIFEST.format("abc")},
                   "give both the same name"),
    "newer api": ({"manifest": "api=99"}, "plugin API 99; this Eleven speaks 1. Update Eleven"),
    "older api": ({"manifest": "api=0"}, "plugin API 0; this Eleven speaks 1 at least"),
    "no api": ({"manifest": "api='1'"}, "write the number alone"),
    "requires nothing": ({"manifest": "requires=('nowhere',)"}, "requires the plugin nowhere"),
    "requires a component": ({"manifest": "requires=('good',)"}, "no foundation"),
    "mapper": ({"models": MODEL.format(table="broken_thing", more="other = relationship('Nowhere')"),
                "hooks": "from plugins.broken import models"}, "Nowhere"),
    "table name": ({"models": MODEL.format(table="thing", more=""), "hooks": "from plugins.broken import models"},
                   "must begin with broken_"),
    "backref": ({"models": MODEL.format(table="broken_thing", more="state_name: Mapped[str] = mapped_column("
                 "ForeignKey('plugin_state.name'))\n        state = relationship('PluginState', backref='things')"),
                 "hooks": "from plugins.broken import models"}, "backref"),
    "misspelt hook": ({"hooks": HOOK + "contact_panel(contact):\n    return []"},
                      "asks, contact_panels is"),
    "wrong argument": ({"hooks": HOOK + "nav_items(usr):\n    return []"}, "usr"),
    "wrong annotation": ({"hooks": HOOK + "nav_items(user: 'Contact'):\n    return []"},
                         "annotates its argument user as Contact"),
    "wrong answer annotated": ({"hooks": HOOK + "nav_items(user) -> list[Panel]:\n    return []"},
                               "NavItem"),
    "wrong type": ({"hooks": HOOK + "permissions():\n    return ['all']"},
                   "Permission objects"),
    "no blueprint": ({"hooks": HOOK + "blueprints():\n    return [1]"}, "Blueprint"),
    "no list": ({"hooks": HOOK + "jobs():\n    return 5"}, "hook jobs fails"),
    "hook raises": ({"hooks": HOOK + "settings_schema():\n    raise KeyError('x')"},
                    "settings_schema fails"),
    "permission name": ({"hooks": HOOK + "permissions():\n"
                         "    return [Permission(key='user.admin', label='x')]"}, "must begin with broken."),
    "unmarked view": ({"hooks": GOOD.format(name="broken").replace("    @public\n", "")}, "does not say who may call"),
    "blueprint half-way": ({"hooks": GOOD.format(name="broken") + "    bp.record(lambda state: 1 / 0)\n"},
                           "ZeroDivisionError"),
    "app-wide": ({"hooks": GOOD.format(name="broken") + "    bp.before_app_request(lambda: 'taken over')\n"},
                 "whole application"),
}
