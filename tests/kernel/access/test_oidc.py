"""The login service: settings from the environment, and existing accounts only."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory, override_settings

from pinzhi.kernel.access.adapters import SocialAdapter
from pinzhi.kernel.access.models import User

Make = Callable[..., User]


def arrives(uid: str) -> SocialLogin:
    """What the provider says, matched against the linked identities."""
    login = SocialLogin(
        user=User(username="from-the-provider"), account=SocialAccount(provider="oidc", uid=uid)
    )
    login.lookup()
    return login


@pytest.mark.urls("tests.kernel.access.urls")
def test_only_a_linked_identity_comes_in(account: Make) -> None:
    user = account("li")
    SocialAccount.objects.create(user=user, provider="oidc", uid="s-1", extra_data={})
    request = RequestFactory().get("/accounts/oidc/oidc/login/callback/")
    request.session = SessionStore()
    request.user = User()
    adapter = SocialAdapter(request)
    known = arrives("s-1")
    adapter.pre_social_login(request, known)
    assert known.user == user
    with pytest.raises(ImmediateHttpResponse) as refused:
        adapter.pre_social_login(request, arrives("s-2"))
    assert refused.value.response.status_code == 403
    assert not adapter.is_open_for_signup(request, arrives("s-2"))
    assert User.objects.count() == 1


def test_the_environment_sets_the_provider_and_opens_the_policy_for_it() -> None:
    code = (
        "import django, json; django.setup(); from django.conf import settings as s;"
        "print(json.dumps([s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'],"
        " s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'], s.REQUIRE_TOTP]))"
    )
    import os

    env = {
        **os.environ,
        "PINZHI_OIDC_URL": "https://login.example/realms/x",
        "PINZHI_OIDC_CLIENT": "pz",
        "PINZHI_DEMO": "",
    }
    out = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    ).stdout
    apps, form_action, required = json.loads(out)
    assert apps[0]["client_id"] == "pz"
    assert apps[0]["settings"]["server_url"] == "https://login.example/realms/x"
    assert form_action == ["'self'", "https://login.example"]
    assert required is True


def test_a_login_service_that_does_not_answer_is_no_fault_of_ours(client: Client, db: None) -> None:
    """Nothing listens at port 9 of this machine."""
    app = {
        "provider_id": "oidc",
        "name": "x",
        "client_id": "pz",
        "settings": {"server_url": "http://127.0.0.1:9"},
    }
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        answer = client.post("/accounts/oidc/oidc/login/")
    assert answer.status_code == 503 and "统一身份认证没有响应" in answer.content.decode()
