"""How often somebody may try: counted per address and per account, wherever RATE_LIMIT_URL says.

The lock of an account after wrong passwords is not here but in `signing`: it must hold in every process.
"""

from collections.abc import Mapping

import structlog
from flask import Blueprint, Flask, Response, current_app
from flask.sansio.blueprints import BlueprintSetupState
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.strategies import RateLimiter

log = structlog.get_logger()

LIMITS: Mapping[str, RateLimitItem] = {name: parse(rate) for name, rate in {
    "sign_in.ip": "30 per 5 minutes",
    "sign_in.account": "20 per 15 minutes",
    "second_factor.account": "10 per 15 minutes",
    "reset.ip": "10 per hour",
    "reset.account": "3 per hour",
    "token.ip": "60 per 5 minutes",
}.items()}


def init_app(app: Flask) -> None:
    """Open the counters."""
    app.after_request(_only_when_refused)  # before the limiter's own, which therefore runs first
    app.extensions["eleven_limiter"] = Limiter(
        get_remote_address, app=app, strategy="sliding-window-counter", storage_uri=app.config["RATE_LIMIT_URL"],
        storage_options={"wrap_exceptions": True}, headers_enabled=True, swallow_errors=True)


def limit_api(blueprint: Blueprint) -> None:
    """Count the requests to a blueprint of the REST interface: all of a person's together, API_RATE of them."""
    def apply(state: BlueprintSetupState) -> None:
        limiter: Limiter = state.app.extensions["eleven_limiter"]
        limiter.shared_limit(lambda: str(current_app.config["API_RATE"]), scope="api", key_func=_caller)(blueprint)
    blueprint.record_once(apply)


def _only_when_refused(response: Response) -> Response:
    if response.status_code != 429:
        response.headers.pop("Retry-After", None)  # the limiter says it with every answer
    return response


def _caller() -> str:
    return f"user:{current_user.id}" if current_user.is_authenticated else str(get_remote_address())


def hit(name: str, who: str) -> bool:
    """Count one try; False if there were too many. Counters that cannot be reached let people in."""
    try:
        return _counter().hit(LIMITS[name], name, who)
    except StorageError as error:
        log.error("rate limits cannot be counted", error=str(error))
        return True


def exhausted(name: str, who: str) -> bool:
    """Whether there were too many tries already, without counting this one."""
    try:
        return not _counter().test(LIMITS[name], name, who)
    except StorageError as error:
        log.error("rate limits cannot be counted", error=str(error))
        return False


def _counter() -> RateLimiter:
    counter: RateLimiter = current_app.extensions["eleven_limiter"].limiter
    return counter
