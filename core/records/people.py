"""Users and teams as record types that others relate to; their own pages are the administrator's."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from core.records.type import RecordType
from core.users import Team, User
from core.web.access import SIGNED_IN
from core.web.fields import RecordSchema, Text


class UserSchema(RecordSchema):
    """What everybody may know of a colleague."""

    name = Text(label=lazy_pgettext("person", "Name"), dump_only=True, sort=True)


class TeamSchema(RecordSchema):
    """What everybody may know of a team."""

    name = Text(label=_l("Name"), dump_only=True, sort=True)


users = RecordType(name="user", path="users", model=User, schema=UserSchema, label=_l("User"), plural=_l("Users"),
                   icon="user", surfaces=False, view_permission=SIGNED_IN,
                   in_navigation=False, search=("name", "email"))
teams = RecordType(name="team", path="teams", model=Team, schema=TeamSchema, label=_l("Team"),
                   plural=_l("Teams"), icon="users-group", surfaces=False, view_permission=SIGNED_IN,
                   in_navigation=False, search=("name",))
