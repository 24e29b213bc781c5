"""Accounts with rights, as the console's tests make them."""

from __future__ import annotations

from tests.doors.console.conftest import account

__all__ = ["account"]
