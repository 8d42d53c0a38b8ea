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
    "half mapped": ({"models": MODEL.format(table="broken_thing", more="__table_args__ = (1)"),
                     "hooks": "from plugins.broken import models"}, "__table_args__"),
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

HEALTHY = GOOD.format(name="good") + """
    from core.plugin import Panel, PanelRow
    @hookimpl
    def contact_panels(contact, user):
        return [Panel(key="good", title="Good", body=lambda: [PanelRow(text="the good panel")], order=900)]
"""

HEAD = """
from sqlalchemy import text
from core.contacts import Contact
from core.database import db
from core.plugin import Action, Column, Job, EventHandler, Panel, PanelRow, TimelineEntry, hookimpl
"""
PANEL = HEAD + """
kept = []
def body():
    {0}
@hookimpl
def contact_panels(contact, user):
    return [Panel(key="wild", title="Wild", body=body)]
"""
NOT_SHOWN = "Broken could not show this"

WILD = {
    "raises": (PANEL.format("1 / 0"), "panel wild", "ZeroDivisionError"),
    "leaves the process": (PANEL.format("raise TimeoutError('gone')"), "panel wild", "gone"),
    "SQL error": (PANEL.format("db.session.execute(text('SELECT nothing FROM nowhere'))"), "panel wild", "nowhere"),
    "endless loop": (PANEL.format("while True: pass"), "panel wild", "LimitError: It was ended after 0.5 seconds"),
    "endless statement": (PANEL.format("db.session.execute(text('WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
                                       "i + 1 FROM n) SELECT count(*) FROM n')).all()"), "panel wild", "LimitError"),
    "commits": (PANEL.format("db.session.commit()"), "panel wild", "db.session.commit() inside of a hook"),
    "rolls back": (PANEL.format("db.session.rollback()"), "panel wild", "db.session.rollback() inside"),
    "a savepoint left open": (PANEL.format("kept.append(db.session.begin_nested())"), "panel wild", "savepoint"),
    "a connection left open": (PANEL.format("kept.append(db.engine.connect()); kept[-1].execute(text('SELECT 1'))"),
                               "panel wild", "It has left open a connection"),
    "no rows": (PANEL.format("return 5"), "panel wild", "TypeError"),
    "rows of the wrong type": (PANEL.format("return ['one', 'two']"), "panel wild", "PanelRow objects"),
    "a text for rows": (PANEL.format("return '<b>bold</b>'"), "panel wild", "must give a list"),
    "markup in a row": (PANEL.format("from markupsafe import Markup; return [PanelRow(text=Markup('<b>x</b>'))]"),
                        "panel wild", "PanelRow(text=…) must be a plain text, no markup"),
    "a number for a text": (PANEL.format("return [PanelRow(text='x', value=5)]"), "panel wild", "PanelRow(value=…)"),
    "the wrong contribution": (HEAD + "@hookimpl\ndef contact_panels(contact, user):\n"
                               "    return [Action(key='x', label='x', url='/')]", "contact_panels", "Panel objects"),
    "an order that cannot be sorted": (HEAD + "@hookimpl\ndef contact_actions(contact, user):\n"
                                       "    return [Action(key='x', label='x', url='/', order='first')]",
                                       "contact_actions", "Action(order=…) must be int"),
    "a time without a zone": (HEAD + "from datetime import datetime\n@hookimpl\n"
                              "def contact_timeline(contact, user, before, limit):\n"
                              "    return [TimelineEntry(at=datetime(2020, 1, 1), kind='x', title='x')]",
                              "contact_timeline", "no time zone"),
}
"""What a plugin does while the page of a contact is built: (hooks, where it is named, a part of the reason)."""

MANY = {
    "rows of a panel": (PANEL.format("return [PanelRow(text=f'row {n}') for n in range(10000)]"), "panel wild"),
    "rows without end": (PANEL.format("import itertools\n    "
                                      "return (PanelRow(text=f'row {n}') for n in itertools.count())"),
                         "panel wild"),
    "answers of a hook": (HEAD + "@hookimpl\ndef contact_actions(contact, user):\n"
                          "    return [Action(key=str(n), label=f'row {n}', url='/') for n in range(10000)]",
                          "contact_actions"),
}

BACKGROUND = HEAD + """
def endless(**arguments):
    db.session.scalars(db.select(Contact)).first().name = "spoilt"
    db.session.flush()
    while True: pass
@hookimpl
def jobs():
    return [Job(key="endless", run=endless, limit=1)]
@hookimpl
def event_handlers():
    return [EventHandler(key="endless", event="contact.created", run=lambda payload: endless(), limit=1),
            EventHandler(key="raises", event="contact.created", run=lambda payload: 1 / 0)]
"""
VETO = HEAD + """
@hookimpl
def contact_delete_objections(contact):
    {0}
"""
OPERATION = """
from sqlalchemy.orm import Mapped
from core.database import Model, Owned, Record, db
from core.plugin import hookimpl
from core.records import RecordType
from core.web.fields import RecordSchema, Text
class BrokenThing(Record, Owned, Model):
    __tablename__ = "broken_thing"
    name: Mapped[str]
class ThingSchema(RecordSchema):
    name = Text(label="Name", required=True)
def prepare(record):
    db.session.commit()
@hookimpl
def record_types():
    return [RecordType(name="broken.thing", path="things", model=BrokenThing, schema=ThingSchema, label="Thing",
                       plural="Things", prepare=prepare)]
"""
