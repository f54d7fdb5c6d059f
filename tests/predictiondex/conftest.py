"""Short ways to look at pages of the project."""

from tests.pages import fragment, page, ranked, ranked_well, warm, words  # noqa: F401
