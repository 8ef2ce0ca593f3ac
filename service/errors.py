"""Errors of the service; every message has the value, the limit and the next step.

ServiceError                       has a stable `code`
├── RequestError                   the caller can mend it
│   ├── InputError                 a file, text or option that cannot be used
│   ├── TooLongError               more text than the limit
│   ├── UnknownLanguageError       no such language tag
│   ├── UnsupportedPairError       no installed engine goes this way; says what to install
│   └── UnknownEngineError         no such engine, or it is not installed
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


class InstallError(ServiceError):
    """A package could not be installed; nothing was left behind."""

    code = "install"


class EngineError(ServiceError):
    """An engine failed on input that it should have translated."""

    code = "engine"
