"""Whether what a plugin answers can be drawn: of the right type, named once, with a right that somebody can have."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from core.plugin import PanelRow, registry
from core.plugin.answers import WrongAnswerError
from core.testing import factories
from core.testing.conformance.samples import Subject, arguments
from core.users import User


class Answers(Subject):
    """Checks of what hooks give."""

    def test_its_answers_can_be_drawn(self, app: Flask, admin: User) -> None:
        """Each contribution has the type that core draws, a key of its own, and a permission that there is."""
        contact = factories.contact("Helios Energy")
        self.make_for(contact, admin)
        faults: list[str] = []
        with app.test_request_context("/"):
            for hook in self.hooks_of("Gather", "Decide"):
                faults += self._faults(hook, contact, admin)
        assert not faults, "\n".join(faults)

    def _faults(self, hook: str, contact: Any, user: User) -> Iterator[str]:
        try:
            items = registry().calls.one(self.plugin, hook, **arguments(hook, contact, user))
        except WrongAnswerError as error:
            yield f"{error}. core.plugin has the classes."
            return
        keys = [item.key for item in items if hasattr(item, "key")]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{hook} gives {key} twice: give each of its answers a key of its own."
        for item in items:
            what = f"{type(item).__name__} {getattr(item, 'key', '')}".strip()
            right = getattr(item, "permission", None)
            if right and right not in registry().permissions:
                yield (f"{what} of {hook} asks for the permission {right}, which nobody declares, so nobody ever sees "
                       "it: mend its name, or declare it in the hook `permissions`.")
            url = getattr(item, "url", None)
            if url is not None and not str(url).startswith("/"):
                yield f"{what} of {hook} leads to “{url}”, which is no path of Eleven: make it with `url_for`."
            yield from _drawn(what, item, [contact.id])

    def test_a_powerless_person_breaks_nothing(
            self, app: Flask, sign_in: Callable[[User], FlaskClient]) -> None:
        """Hooks are asked for somebody who may only see contacts, and his pages name no fault."""
        person = factories.user("Paul Powerless", contact__view="all")
        contact = factories.contact("Helios Energy")
        self.make_for(contact, factories.admin())
        faults = []
        with app.test_request_context("/"):
            for hook in self.hooks_of("Gather"):
                try:
                    for item in registry().calls.one(self.plugin, hook, **arguments(hook, contact, person)):
                        if getattr(item, "permission", None) is None and callable(getattr(item, "body", None)):
                            item.body()
                except Exception as error:  # whatever the plugin's code raises is the finding
                    faults.append(f"{hook} raises {type(error).__name__}: {error}")
        sign_in(person).get(f"/contacts/{contact.id}")
        faults += [f"{failure.where} raises {failure.message}" for failure in registry().calls.failures
                   if failure.plugin == self.plugin]
        assert not faults, ("Asked for somebody without rights, " + "; ".join(faults) + ". Ask `user.may(…)` first, or "
                            "give the contribution a `permission`.")


def _drawn(what: str, item: Any, page: list[int]) -> Iterator[str]:
    if hasattr(item, "body") and callable(item.body):
        body = item.body()
        if not isinstance(body, Markup):
            wrong = [row for row in body if not isinstance(row, PanelRow)]
            if isinstance(body, str) or wrong:
                yield (f"The body of {what} gives {wrong[0] if wrong else body!r:.80}: give a list of PanelRow, or the "
                       "Markup of `core.web.render`.")
    if hasattr(item, "values") and callable(item.values):
        values = item.values(page)
        if not isinstance(values, Mapping) or any(not isinstance(text, str) for text in values.values()):
            yield f"The values of {what} are {values!r:.80}: give a mapping of contact ids to texts."
