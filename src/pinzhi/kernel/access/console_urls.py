"""Mounted by the console under /console/users/."""

from __future__ import annotations

from django.urls import path

from pinzhi.kernel.access import console

urlpatterns = [
    path("", console.users, name="access_users"),
    path("new/", console.new_user, name="access_new_user"),
    path("rights/", console.rights, name="access_rights"),
    path("of/<str:username>/", console.user, name="access_user"),
    path("of/<str:username>/grant/", console.grant, name="access_grant"),
    path("of/<str:username>/revoke/<int:grant_id>/", console.revoke, name="access_revoke"),
    path("of/<str:username>/close/", console.disable, name="access_disable"),
    path("of/<str:username>/open/", console.enable, name="access_enable"),
    path("of/<str:username>/password/", console.set_password, name="access_set_password"),
    path("of/<str:username>/second-factor/", console.drop_totp, name="access_drop_totp"),
    path("of/<str:username>/link/", console.link, name="access_link"),
    path("of/<str:username>/unlink/<int:identity_id>/", console.unlink, name="access_unlink"),
]
