"""Everything under /accounts/. Of allauth only what is used: no sign-up, no self-service linking."""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.socialaccount import views as social_views
from django.urls import URLPattern, URLResolver, include, path

from pinzhi.kernel.access import account

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.overview, name="account_overview"),
    path("profile/", account.profile, name="account_profile"),
    path("password/", account.password, name="account_change_password"),
    path("tokens/", account.tokens, name="account_tokens"),
    path("tokens/<str:prefix>/end/", account.end_token, name="account_end_token"),
    path("login/", account_views.login, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("2fa/", include("allauth.mfa.urls")),
    path("oidc/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", social_views.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
