"""Mounted by the console under /console/comment/: no login stands before it."""

from __future__ import annotations

from django.urls import path

from pinzhi.apps.standards import comment_door

urlpatterns = [path("", comment_door.comment, name="standards_comment")]
