"""Start-up: the time of `create_app` against the time of importing what it depends on, in fresh interpreters.

The first interpreter makes an application and lists the foreign modules that it has loaded. Then, some times over, a
fresh one imports exactly those and after them makes the application, importing Eleven's own modules on the way.
"""

import os
import statistics
import subprocess
import sys

ROUNDS = 5

LIST = """
import json, sys
before = set(sys.modules)
from core.app import create_app
create_app()
own = ("core", "plugins")
print(json.dumps([name for name in sys.modules if name not in before and name.split(".")[0] not in own]))
"""

TIME = """
import contextlib, importlib, json, sys, time
names = json.load(sys.stdin)
begin = time.perf_counter()
for name in names:
    with contextlib.suppress(ImportError, AttributeError):
        importlib.import_module(name)
imported = time.perf_counter()
from core.app import create_app
create_app()
print((time.perf_counter() - imported) / (imported - begin))
"""


def startup(environment: dict[str, str]) -> float:
    """Return the time of `create_app` as a multiple of the import time, the median of some fresh starts."""
    names = _run(LIST, "", environment)
    return statistics.median(float(_run(TIME, names, environment)) for _ in range(ROUNDS))


def _run(program: str, given: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", program], input=given, text=True, check=True,
                          capture_output=True, env=os.environ | environment)
    return done.stdout.strip().splitlines()[-1]
