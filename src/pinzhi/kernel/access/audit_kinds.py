"""The sentences of this app's audit events."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse

from pinzhi.kernel.audit.kinds import declare


def _user(event: Any) -> str | None:
    try:
        return reverse("access_user", args=[event.subject_key])
    except NoReverseMatch:
        return None


declare(
    "access.create_user",
    zh="开通账号 {subject}（{for_party}）",
    en="opened the account {subject} ({for_party})",
    link=_user,
)
declare("access.disable_user", zh="停用账号 {subject}", en="closed the account {subject}", link=_user)
declare(
    "access.enable_user", zh="重新启用账号 {subject}", en="opened the account {subject} again", link=_user
)
declare(
    "access.grant_right",
    zh="授予 {subject}“{role}”权限（业务 {function}，登记册 {register}，地区 {where}）",
    en="granted {subject} the role {role} (function {function}, register {register}, region {where})",
    link=_user,
    sensitive=True,
)
declare(
    "access.revoke_right",
    zh="撤销 {subject} 的“{role}”权限（业务 {function}，登记册 {register}，地区 {where}）",
    en="revoked the role {role} of {subject} (function {function}, register {register}, region {where})",
    link=_user,
    sensitive=True,
)
declare("access.change_password", zh="修改了自己的密码", en="changed the own password")
declare(
    "access.reset_password",
    zh="重置 {subject} 的密码",
    en="reset the password of {subject}",
    link=_user,
    sensitive=True,
)
declare("access.change_profile", zh="修改了自己的资料", en="changed the own profile")
declare(
    "access.issue_token", zh="签发访问令牌 {subject}", en="issued the access token {subject}", sensitive=True
)
declare(
    "access.revoke_token",
    zh="撤销访问令牌 {subject}（{owner}）",
    en="revoked the access token {subject} of {owner}",
)
declare(
    "access.link_identity",
    zh="将 {subject} 绑定到统一身份 {provider}",
    en="linked {subject} to {provider}",
    link=_user,
    sensitive=True,
)
declare(
    "access.unlink_identity",
    zh="解除 {subject} 的统一身份绑定",
    en="unlinked an identity of {subject}",
    link=_user,
)
declare(
    "access.reset_totp",
    zh="重置 {subject} 的动态口令",
    en="reset the second factor of {subject}",
    link=_user,
    sensitive=True,
)
declare("access.login", zh="登录（{address}）", en="logged in from {address}")
declare(
    "access.login_failed",
    zh="登录 {subject} 失败（{address}）",
    en="failed to log in as {subject} from {address}",
    sensitive=True,
)
declare("access.logout", zh="退出", en="logged out")
declare("access.totp_on", zh="启用动态口令", en="set up a second factor")
declare("access.recovery_codes", zh="生成动态口令恢复码", en="made recovery codes")
declare("access.totp_off", zh="停用动态口令", en="removed a second factor", sensitive=True)
declare(
    "access.list_users",
    zh="导出账号名单（{count} 个）",
    en="exported a list of {count} accounts",
    sensitive=True,
)
