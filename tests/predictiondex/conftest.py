"""Short ways to look at pages of the project."""

from tests.pages import fragment, page, ranked, warm, words  # noqa: F401
