"""``pinzhi manage …``: Django's own management commands, with settings and database found."""

from __future__ import annotations

import typer

from pinzhi.doors.cli import environment

CONTEXT = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def command(ctx: typer.Context) -> None:
    """Any Django management command: pinzhi manage migrate, check, shell …"""
    environment.setup_django()
    from django.core.management import ManagementUtility

    ManagementUtility(["pinzhi manage", *ctx.args]).execute()
