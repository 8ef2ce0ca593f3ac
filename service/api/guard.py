"""Who may do what, and how often: API keys, their scopes, and requests a minute."""

from __future__ import annotations

import ipaddress
import math
import time
from typing import TYPE_CHECKING, Literal, TypeAlias

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool

from service.errors import KeyInvalidError, KeyMissingError, RateLimitedError, ScopeError
from service.records import Caller

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from service.settings import Settings
    from service.store import Store

Scope: TypeAlias = Literal["read", "translate", "glossary"]

_HEADER_SCHEMES = ("bearer", "deepl-auth-key")


class Guard:
    """Admits requests; one for a server, called by every route that costs anything."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._keys = store.keys
        self._per_minute = settings.requests_per_minute
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self.required = settings.api_keys == "required" or (
            settings.api_keys == "auto" and not only_this_machine(settings.host)
        )

    async def admit(self, request: HTTPConnection, *, scope: Scope, key: str | None = None, cost: int = 1) -> Caller:
        """Say who asks, having checked that they may.

        Args:
            key: where the family found one outside the usual places (`sent_key`).
            cost: requests that this one counts for, at least 1.
        Raises: KeyMissingError, KeyInvalidError, ScopeError; RateLimitedError: says when there is room again.
        """
        secret = key or sent_key(request)
        known = await run_in_threadpool(self._keys.find, secret) if secret else None
        if self.required:
            if not secret:
                raise KeyMissingError(
                    "Please contact the server operator to get an API key (made with: exonym keys add NAME)"
                )
            if known is None:
                raise KeyInvalidError("Invalid API key: there is none like it, or it was revoked")
            if scope not in known.scopes:
                scopes = ", ".join(sorted(known.scopes))
                raise ScopeError(f"this API key is for {scopes}, not for {scope}; ask for one with that scope")
        if known is None:
            address = request.client.host if request.client else "unknown"
            caller, per_minute = Caller(f"address:{address}"), self._per_minute
        else:
            caller = Caller(f"key:{known.id}", str(known.id), known.max_chars)
            per_minute = known.requests_per_minute or self._per_minute
        self._count(caller, per_minute, cost)
        return caller

    def _count(self, caller: Caller, per_minute: int, cost: int) -> None:
        """Count a request; one that costs more than a whole minute's worth takes the whole minute."""
        if not per_minute:
            return
        item = RateLimitItemPerMinute(per_minute)
        if not self._limiter.hit(item, caller.id, cost=min(cost, per_minute)):
            room_at = self._limiter.get_window_stats(item, caller.id).reset_time
            wait_s = max(1, math.ceil(room_at - time.time()))
            raise RateLimitedError(
                f"Slowdown: {per_minute} per 1 minute; try again in {wait_s} s", retry_after_s=wait_s
            )


def sent_key(request: HTTPConnection) -> str | None:
    """Return the API key in a request's headers or query, None where there is none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in _HEADER_SCHEMES and value.strip():
        return value.strip()
    return request.query_params.get("api_key") or request.query_params.get("auth_key") or None


def only_this_machine(host: str) -> bool:
    """Tell whether nothing but this machine can connect to an address.

    >>> only_this_machine("127.0.0.1"), only_this_machine("::1"), only_this_machine("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
