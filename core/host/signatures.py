"""Compare a plugin's hook functions with their specifications: what pluggy leaves unchecked."""

import difflib
import inspect
import re
from collections.abc import Callable
from typing import Any

import pluggy

from core.database import component_of
from core.host.found import QuarantineError
from core.plugin import contributions
from core.plugin.deprecating import Deprecation, keep

GENERIC = {"Iterable", "Sequence", "Any", "None"}
CONTRIBUTIONS = {name for name, value in vars(contributions).items() if isinstance(value, type)}


def check_signatures(manager: pluggy.PluginManager, name: str) -> None:
    """Refuse an unknown hook and annotations that contradict the specification; keep who answers one that goes."""
    plugin = manager.get_plugin(name)
    for caller in manager.get_hookcallers(plugin) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name != name:
                continue
            if caller.spec is None:
                if not implementation.optionalhook:
                    meant = _nearest(manager, caller.name)
                    raise QuarantineError(f"{caller.name} is no hook that anybody asks{meant}.")
                continue
            _compare(caller.name, caller.spec.function, implementation.function)
            if isinstance(caller.spec.warn_on_impl, Deprecation):
                keep(component_of(implementation.function.__module__), caller.spec.warn_on_impl)


def _nearest(manager: pluggy.PluginManager, wrong: str) -> str:
    known = [n for n, c in vars(manager.hook).items() if isinstance(c, pluggy.HookCaller) and c.spec]
    close = difflib.get_close_matches(wrong, known, n=1)
    return f", {close[0]} is" if close else ""


def _compare(hook: str, specified: Callable[..., Any], given: Callable[..., Any]) -> None:
    spec, impl = inspect.signature(specified), inspect.signature(given)
    pairs = [(f"argument {n}", spec.parameters[n].annotation, p.annotation)
             for n, p in impl.parameters.items() if n in spec.parameters]
    pairs.append(("answer", spec.return_annotation, impl.return_annotation))
    for what, wanted, said in pairs:
        if said is inspect.Signature.empty or wanted is inspect.Signature.empty:
            continue
        missing = _words(wanted) - GENERIC - _words(said)
        if what == "answer":
            # a list for an Iterable or a subclass is fine; another contribution is not
            missing &= CONTRIBUTIONS
        if missing and "Any" not in _words(said):
            raise QuarantineError(f"The hook {hook} annotates its {what} as {_text(said)}; it is {_text(wanted)}.")


def _text(annotation: Any) -> str:
    plain = isinstance(annotation, type) and not hasattr(annotation, "__args__")
    text = annotation.__name__ if plain else str(annotation)
    return re.sub(r"(?:\w+\.)+(\w+)", r"\1", text.strip("'\""))


def _words(annotation: Any) -> set[str]:
    return set(re.findall(r"(?:\w+\.)*(\w+)", _text(annotation)))
