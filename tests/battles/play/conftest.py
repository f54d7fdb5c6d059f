"""Battles begun as a browser does."""

from tests.playing import begin  # noqa: F401
