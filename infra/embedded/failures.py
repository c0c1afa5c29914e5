"""The failures of the embedded stack. Each says what is wrong and what to do about it.

StackError
├── AlreadyRunning      another launcher holds the state folder
├── StateUnusable       the state or cache folder cannot be written
├── NoDiskSpace
├── DownloadFailed      no network on the first start, or a registry that sends something else
├── PortTaken           somebody else listens there
└── ProcessFailed       a child ended before it was ready; carries the end of its log
"""


class StackError(Exception):
    """Something the user can act on; `remedy` is a sentence that tells how."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class AlreadyRunning(StackError):
    """A launcher already holds this state folder."""


class StateUnusable(StackError):
    """The state or cache folder cannot be created or written."""


class NoDiskSpace(StackError):
    """The disk that holds the state or the cache is (nearly) full."""


class DownloadFailed(StackError):
    """A pinned artifact could not be fetched or is not what was pinned."""


class PortTaken(StackError):
    """A port that is needed is in use by another process."""

    def __init__(self, part: str, port: int, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.part = part
        self.port = port


class ProcessFailed(StackError):
    """A child process ended before it was ready."""

    def __init__(self, part: str, message: str, remedy: str = "", log_tail: str = "") -> None:
        super().__init__(message, remedy)
        self.part = part
        self.log_tail = log_tail
