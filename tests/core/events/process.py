"""A worker or a writer as a process of its own, to be killed: `process.py worker|writer FOLDER [DATABASE_URL]`."""

import os
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.database import db
from core.events import delivery, emit
from core.jobs import run_worker
from core.plugin import EventHandler, hookimpl, registry_for
from tests.core.jobs import bare

# a worker that is killed must not keep its deliveries for the ten minutes of real life
delivery.LEASE = timedelta(seconds=2)
delivery.GRACE = timedelta()


class Ear:
    """Writes down what it hears, slowly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def hear(self, payload: Mapping[str, Any]) -> None:
        time.sleep(0.02)
        with self.path.open("a") as file:
            file.write(f"{payload['id']}\n")

    @hookimpl
    def event_handlers(self) -> list[EventHandler]:
        return [EventHandler(key="hear", event="contact.created", run=self.hear)]


def main(role: str, folder: str, url: str = "") -> None:
    app = bare.make(Path(folder), url)
    bare.add(registry_for(app), "ear", Ear(Path(folder) / "heard"))
    if role == "worker":
        run_worker(app, threads=2)
        return
    with app.app_context():
        for number in range(10**6):
            emit("contact.created", id=f"{os.getpid()}.{number}")
            db.session.commit()
            # what is printed was answered with success
            print(f"{os.getpid()}.{number}", flush=True)  # noqa: T201
            time.sleep(0.03)


if __name__ == "__main__":
    main(*sys.argv[1:])
