"""Plugins with one fault each: which check finds it, what the check says, and what is changed in a fresh plugin."""

from dataclasses import dataclass

Edit = tuple[str, str, str]


@dataclass(frozen=True)
class Fault:
    """`edits` are (file, text, its replacement); where the text is "", the file is written, or with nothing deleted."""

    check: str
    says: str
    mend: str
    edits: tuple[Edit, ...]


RUSSIAN, REVISION = "translations/ru/LC_MESSAGES/messages.po", "migrations/0001_items.py"
HEAR = 'event="{name}.item_created"'
ICON = 'icon="list-check",\n    label'
ROWS = """return [PanelRow(text=item.name, url=items.url("show", record_id=item.id), value=when(item.due_on))
                for item in found]"""
MANY = f"[db.session.scalar(select({{Name}}Item.id).limit(1)) for _number in range(9)]\n        {ROWS}"
FOREIGN_KEY = ("    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_{name}_item_contact_id'), "
               "ondelete='CASCADE'),\n")
MERGING = '@hookimpl\ndef contact_merging(winner: "Contact", loser: "Contact") -> None:\n    raise KeyError("rank")\n\n'
UNTIED = (
    ("models.py", 'ForeignKey("contact.id", ondelete="CASCADE"), index', "index"),
    ("models.py", "relationship()", 'relationship(primaryjoin="foreign({Name}Item.contact_id) == Contact.id")'),
    (REVISION, FOREIGN_KEY, ""))
EVERYTHING = "~{Name}Item.done,\n                   visible(user, view, {Name}Item))"


def imported(file: str, line: str, before: str) -> Edit:
    """A further import."""
    return file, before, f"{line}\n{before}"


FAULTS = {
    "misspelt": Fault(
        "test_it_loads", "contact_panel is no hook that anybody asks", "contact_panels is",
        (("hooks.py", "def contact_panels(", "def contact_panel("),)),
    "inside": Fault(
        "test_it_imports_only_what_it_may", "jobs.py imports core.records.query",
        "take it from core.records, the public door",
        (imported("jobs.py", "from core.records.query import access", "from core.inbox"),)),
    "unsaid": Fault(
        "test_its_readme_says_what_it_adds", "does not name hook `jobs`, setting `remind_days`",
        "say there what it does",
        (("README.md", "`jobs`", ""), ("README.md", "`remind_days`", ""))),
    "english": Fault(
        "test_every_text_has_its_russian", "1 texts of english have no Russian", "`make translations`",
        ((RUSSIAN, 'msgstr "Срок"', 'msgstr ""'),)),
    "bare": Fault(
        "test_every_label_can_be_translated", "The label of bare.item.due_on is the bare text “Due on”",
        '`_l("Due on")`',
        (("schemas.py", 'label=_l("Due on")', 'label="Due on"'),)),
    "homeless": Fault(
        "test_its_migrations_bring_its_tables", "homeless has models and no migrations", "`eleven db revision homeless",
        ((REVISION, "", ""),)),
    "indexed": Fault(
        "test_its_names_carry_its_prefix", "The index ix_due of indexed_item", "call it ix_indexed_item_",
        (("models.py", "ix_{name}_item_due_on_id", "ix_due"), (REVISION, "ix_{name}_item_due_on_id", "ix_due"))),
    "emitting": Fault(
        "test_its_names_carry_its_prefix", "jobs.py emits deal.won", "call it emitting.<noun>_<verb>",
        (imported("jobs.py", '    emit("deal.won")', "    today = now()"),
         imported("jobs.py", "from core.events import emit", "from core.inbox"))),
    "strayed": Fault(
        "test_its_names_carry_its_prefix", "templates/page.html is never found", "put it into templates/strayed/",
        (("templates/page.html", "", "<p></p>"),)),
    "asking": Fault(
        "test_its_names_carry_its_prefix", "The hook report_datasets in hookspecs.py", "call it asking_report_datasets",
        (("hookspecs.py", "",
          "import pluggy\n\n\n@pluggy.HookspecMarker('eleven')\ndef report_datasets():\n    pass\n"),)),
    "otherwise": Fault(
        "test_its_translations_are_everybodys", "“Contact” is “Человек” here and “Контакт” in core",
        "say it alike, or give",
        ((RUSSIAN, 'msgstr "Контакт"', 'msgstr "Человек"'),)),
    "deaf": Fault(
        "test_what_it_listens_to_can_happen", "waits for contact.exploded, which nobody emits",
        "docs/reference/events.md",
        (("hooks.py", HEAR, 'event="contact.exploded"'),)),
    "older": Fault(
        "test_its_migrations_go_there_and_back_and_equal_the_models", "Models and migrations of older differ",
        "`eleven db revision older", (
            ("models.py", 'Index("ix_{name}_item_name_id", "name", "id"), ', ""),
            ("models.py", '"due_on", "id"))', '"due_on", "id"),)'))),
    "staying": Fault(
        "test_its_migrations_go_there_and_back_and_equal_the_models", "leaves staying_item behind", "drop them in it",
        ((REVISION, "    op.drop_table('{name}_item')", "    pass"),)),
    "dangling": Fault(
        "test_deleting_a_contact_leaves_nothing_dangling_and_can_be_undone",
        "dangling_item.contact_id still point to it",
        "give the ForeignKey an ondelete", UNTIED),
    "unfollowed": Fault(
        "test_merging_two_contacts_leaves_nothing_dangling_and_can_be_undone",
        "unfollowed_item.contact_id still point to the one that is gone", "make it a ForeignKey to contact.id", UNTIED),
    "unsettled": Fault(
        "test_merging_two_contacts_leaves_nothing_dangling_and_can_be_undone",
        "unsettled failed in contact_merging", "raise a ValidationError to keep them apart",
        (imported("hooks.py", MERGING, "@hookimpl\ndef jobs("),)),
    "forbidden": Fault(
        "test_its_answers_can_be_drawn", "asks for the permission forbidden.item.veiw, which nobody declares",
        "mend its name, or declare it",
        (("panels.py", 'permission=items.permission("view"),', 'permission="{name}.item.veiw",'),)),
    "untyped": Fault(
        "test_its_answers_can_be_drawn", "The body of Panel items gives", "give a list of PanelRow",
        (("panels.py", ROWS, "return [item.name for item in found]"),)),
    "listless": Fault(
        "test_its_answers_can_be_drawn", "contact_panels must give Panel objects, not 'items'",
        "core.plugin has the classes",
        (("hooks.py", "[panels.open_items(contact, user)]", '["items"]'),)),
    "proud": Fault(
        "test_a_powerless_person_breaks_nothing", "contact_panels raises IndexError", "Ask `user.may(…)` first",
        (imported("panels.py", '    user.may(items.permission("view")) or [][0]', "    def body()"),)),
    "leaking": Fault(
        "test_every_surface_shows_what_the_scope_reaches", "the page of its contact shows “ours items sample”",
        'put `visible(user, "leaking.item.view", LeakingItem)`', (("panels.py", EVERYTHING, "~{Name}Item.done)"),)),
    "needy": Fault(
        "test_it_starts_alone", "When needy is alone, pages fail: /needy/items/1 answers 500, KeyError: 'greedy'",
        "what it asks of other plugins, it must do without", (
            ("records.py", ICON,
             'head=lambda record, titles: {{"subtitle": setting("greedy", "remind_days")}},\n    ' + ICON),
            imported("records.py", "from core.plugin import setting", "from core.records"))),
    "greedy": Fault(
        "test_panels_and_columns_keep_to_their_budget", "The panel items asks 10 statements, 4 are allowed",
        "join, or take fewer rows", (("panels.py", ROWS, MANY),)),
    "hasty": Fault(
        "test_operations_leave_the_commit_to_the_caller", "hasty commits inside of an operation",
        "flush, and leave the commit to the caller", (
            ("records.py", ICON, "prepare=lambda record: db.session.commit(),\n    " + ICON),
            imported("records.py", "from core.database import db", "from core.records"))),
    "repeating": Fault(
        "test_an_event_delivered_twice_changes_nothing", "A second delivery changes notification",
        "look whether the work is done already, or give the news a `once`", (
            ("handlers.py", ', once=f"{name}.item_created:{{item.id}}")', ")"),
            ("handlers.py", " or owner.id == item.owner_id", ""))),
    "failing": Fault(
        "test_an_event_delivered_twice_changes_nothing", "A handler fails: KeyError", "what it is told of may be gone",
        (("handlers.py", 'payload["id"]', 'payload["item"]'),)),
    "waiting": Fault(
        "test_an_event_delivered_twice_changes_nothing", "Say in `payloads` what user.retired carries",
        "so that it can be delivered twice", (("hooks.py", HEAR, 'event="user.retired"'),)),
    "unsightly": Fault(
        "test_axe_finds_nothing_on_its_pages", "button-name", "https://dequeuniversity.com/rules/axe explains", (
            ("panels.py", ROWS, "return Markup('<button></button>')"),
            imported("panels.py", "from markupsafe import Markup", "from sqlalchemy"))),
}
