"""Where the API is: what does not belong to it belongs to the page."""

VERSION = "/api/v1"
LATEST = "/api"
"""The same operations without a version in their path are those of the newest."""
OPENAI = "/v1"
DESCRIPTION = "/api/openapi.json"
ALIVE, READY = "/healthz", "/readyz"
OPEN = (DESCRIPTION, ALIVE, READY)
"""What everybody may ask for: it says nothing of what is in the library but how much there is."""


def is_api(path: str) -> bool:
    """Whether a path is one of the API, there or not."""
    return path.startswith((f"{LATEST}/", f"{OPENAI}/")) or path in (LATEST, OPENAI, ALIVE, READY)
