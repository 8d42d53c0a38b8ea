"""The conformance kit: what Eleven promises, checked on one plugin.

In the plugin's tests:

    from core.testing.conformance import Conformance

    class TestConformance(Conformance):
        plugin = "equipment"

Run it with `pytest -p core.testing`. Every check says in a sentence what is wrong and
how to mend it. `samples` gives values to fields that the kit cannot guess, `payloads` what an event carries that is
neither the contact's nor one of the plugin's record types'.
"""

from core.testing.conformance.answers import Answers
from core.testing.conformance.conduct import Conduct
from core.testing.conformance.declarations import Declarations
from core.testing.conformance.looks import Looks
from core.testing.conformance.names import Names
from core.testing.conformance.reach import Reach
from core.testing.conformance.switching import Switching
from core.testing.conformance.tables import Tables

__all__ = ["Conformance"]


class Conformance(Declarations, Names, Tables, Answers, Reach, Switching, Conduct, Looks):
    """Every check; a subclass names its `plugin`."""
