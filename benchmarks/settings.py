"""Both sides are measured so: two workers of four threads, forked after loading, connections kept alive."""

from typing import Any

from benchmarks.server import READY, WORKERS

workers = WORKERS
threads = 4
worker_class = "gthread"
keepalive = 30
preload_app = True
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Tell benchmarks.server that a worker has loaded its application."""
    worker.log.warning(READY)
