"""The error tree. Every message a user sees says what is wrong, where, and what to do now, in Chinese.

PolicyQAError
├── UsageError          the request itself cannot be served (empty question, unknown document)
├── ReadError           a source file cannot be read as policy text; other files go on
├── SettingsError       an unknown key or a value out of range
├── IndexMissing        no index at the given place
├── IndexMismatch       the index was made by another embedder or an older splitter
├── IndexBusy           another process is building in the same folder
├── IndexUnwritable     the folder cannot be written
├── IndexUnavailable    the server that holds the vectors cannot be reached, or fails; it may come back
├── BackupError         a backup file is damaged or foreign, or there is no room for it
├── RecordsUnavailable  the file of conversations and feedback cannot be opened, read or written
└── ModelUnavailable    an embedding or chat model cannot be loaded or reached
"""


class PolicyQAError(Exception):
    """Base of all errors that a user can do something about; `str()` is one line of Chinese."""


class UsageError(PolicyQAError):
    """The request itself cannot be served."""


class ReadError(PolicyQAError):
    """A source file cannot be read as policy text."""


class SettingsError(PolicyQAError):
    """A setting is unknown or out of range."""


class IndexMissing(PolicyQAError):
    """There is no index at the given place."""


class IndexMismatch(PolicyQAError):
    """The index was made by another embedder or an older splitter."""


class IndexBusy(PolicyQAError):
    """Another process is building in the same folder."""


class IndexUnwritable(PolicyQAError):
    """The index folder cannot be written."""


class IndexUnavailable(PolicyQAError):
    """The server that holds the vectors cannot be reached, or fails; it may come back."""


class BackupError(PolicyQAError):
    """A backup file is damaged or foreign, or there is no room for what it holds."""


class ModelUnavailable(PolicyQAError):
    """An embedding or chat model cannot be loaded or reached."""


class RecordsUnavailable(PolicyQAError):
    """The file of conversations and feedback cannot be opened, read or written."""
