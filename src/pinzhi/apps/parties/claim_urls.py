"""Mounted by the console under /console/claim/: no login stands before these."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.parties import claim_door

urlpatterns = [
    path("", claim_door.claim, name="parties_claim_form"),
    path("state/", claim_door.state, name="parties_claim_state"),
    path("join/<str:token>/", claim_door.join, name="parties_join"),
]
