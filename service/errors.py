"""Errors of the service; every message has the value, the limit and the next step.

ServiceError                       has a stable `code`
├── RequestError                   the caller can mend it
│   ├── InputError                 a file, text or option that cannot be used
│   ├── TooLongError               more text than the limit
│   ├── UnknownLanguageError       no such language tag
│   ├── UnsupportedPairError       no installed engine goes this way; says what to install
│   ├── UnknownEngineError         no such engine, or it is not installed
│   ├── TooManyError               more items than the limit
│   ├── NotFoundError              nothing is kept under this id
│   ├── ConflictError              it is there already, or in a state that forbids this
│   ├── PreconditionMissingError   a change did not say which version it changes
│   ├── PreconditionError          somebody else saved first
│   ├── KeyMissingError            the server wants an API key
│   ├── KeyInvalidError            no such key, or it was revoked
│   ├── ScopeError                 the key may not do this
│   └── RateLimitedError           more requests than the key or address may send
├── OverloadedError                too much is waiting already; try again later
├── StoreError                     what is kept cannot be read or written
├── InstallError                   a package could not be installed; nothing was left behind
└── EngineError                    an engine failed on good input
"""


class ServiceError(Exception):
    """Something the service could not do."""

    code = "service"


class RequestError(ServiceError):
    """The request is at fault; the message says how to mend it."""

    code = "request"


class InputError(RequestError):
    """A file, text or option that cannot be used as it is."""

    code = "input"


class TooLongError(RequestError):
    """More text than the limit allows."""

    code = "too_long"


class UnknownLanguageError(RequestError):
    """A tag that is no language."""

    code = "unknown_language"


class UnsupportedPairError(RequestError):
    """No installed engine translates this way; the message names what to install."""

    code = "unsupported_pair"


class UnknownEngineError(RequestError):
    """No engine of this name, or what it needs is not installed."""

    code = "unknown_engine"


class TooManyError(RequestError):
    """More items than the limit allows."""

    code = "too_many"


class NotFoundError(RequestError):
    """Nothing is kept under this id."""

    code = "not_found"


class ConflictError(RequestError):
    """It is there already, or in a state that forbids what was asked."""

    code = "conflict"


class PreconditionMissingError(RequestError):
    """A change did not say which version it changes (`If-Match`)."""

    code = "precondition_missing"


class PreconditionError(RequestError):
    """Somebody else saved first; read again, and put the change on top of theirs."""

    code = "precondition"

    def __init__(self, message: str, *, current: object = None) -> None:
        super().__init__(message)
        #: What the caller's change would have overwritten, as it is now.
        self.current = current


class KeyMissingError(RequestError):
    """The server wants an API key and none was sent."""

    code = "key_missing"


class KeyInvalidError(RequestError):
    """No such API key, or it was revoked."""

    code = "key_invalid"


class ScopeError(RequestError):
    """The API key is good, but not for this."""

    code = "scope"


class RateLimitedError(RequestError):
    """More requests than the key or address may send; `retry_after_s` says when there is room again."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class OverloadedError(ServiceError):
    """Too much is waiting already; nothing of the request was begun. `retry_after_s` is a guess at when to try."""

    code = "overloaded"

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StoreError(ServiceError):
    """What is kept cannot be read or written."""

    code = "store"


class InstallError(ServiceError):
    """A package could not be installed; nothing was left behind."""

    code = "install"


class EngineError(ServiceError):
    """An engine failed on input that it should have translated."""

    code = "engine"
