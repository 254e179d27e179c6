"""Errors of the evaluation, in the tree of `index.errors`: one line of Chinese each.

PolicyQAError
├── CaseError           a case file cannot be used as written
├── RunError            a run folder cannot be read, continued or compared
└── FeedbackError       a feedback file cannot be used as written
"""

from index.errors import PolicyQAError


class CaseError(PolicyQAError):
    """A case file, or the choice of cases, cannot be used as written."""


class RunError(PolicyQAError):
    """A run folder cannot be read, continued or compared."""


class FeedbackError(PolicyQAError):
    """A feedback file cannot be used as written."""
