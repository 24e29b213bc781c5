"""Where reference material lies that tests may read; a test skips where it is absent."""

from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared"
