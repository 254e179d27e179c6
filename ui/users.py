"""Who is at the page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A browser that nobody has signed in from, or a user who has.

    `name` owns what is kept: `browser:…` with the browser's own random id, or `user:…` with the name of a user.
    """

    name: str
    maintainer: bool = False
