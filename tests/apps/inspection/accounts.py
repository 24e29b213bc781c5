"""Accounts that are signed in."""

from __future__ import annotations

from datetime import date

from django.test import Client

from pinzhi.kernel import clock
from pinzhi.kernel.access.models import Grant, User
from tests.apps.inspection.world import FUJIAN


def client_of(username: str, *roles: str, region: str = FUJIAN) -> Client:
    """A browser in which this official is signed in."""
    user = User.objects.create(
        username=username,
        display_name=username,
        speaks_for="agency",
        party=f"{region}-market_supervision",
        region=region,
        date_joined=clock.now(),
    )
    for role in roles:
        Grant.objects.create(
            user=user, function="quality", role=role, region=region, starts_on=date(2020, 1, 1)
        )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
