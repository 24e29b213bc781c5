"""Settings judged before anything is started: a wrong one is named with its remedy, not found at its first use."""

from __future__ import annotations

import difflib
import importlib
import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pinzhi.doors.cli.cannot import CannotStart

FLAGS = ("PINZHI_HTTPS", "PINZHI_BEHIND_PROXY", "PINZHI_SMTP_TLS", "PINZHI_DEMO", "PINZHI_DEBUG")
NUMBERS = ("PINZHI_PROXIES", "PINZHI_SMTP_PORT", "PINZHI_SESSION_IDLE_MINUTES")
OTHERS = (
    "PINZHI_SECRET_KEY", "PINZHI_STATE_DIR", "PINZHI_KEYS_DIR", "PINZHI_HOSTS", "PINZHI_TRUSTED_ORIGINS",
    "PINZHI_PAPER_FONTS", "PINZHI_ORIGIN", "PINZHI_WITNESSES", "PINZHI_PORTAL_ROLE", "PINZHI_MAIL", "PINZHI_SMTP_HOST",
    "PINZHI_SMTP_USER", "PINZHI_SMTP_PASSWORD", "PINZHI_MAIL_FROM", "PINZHI_SMS", "PINZHI_OIDC_URL",
    "PINZHI_OIDC_CLIENT", "PINZHI_OIDC_SECRET", "PINZHI_OIDC_NAME", "PINZHI_NAME", "PINZHI_LOG_LEVEL",
    "PINZHI_DATABASE_ACCOUNT", "PINZHI_ADMIN_PASSWORD",
)  # fmt: skip
KNOWN = frozenset((*FLAGS, *NUMBERS, *OTHERS))
SHORTEST_SECRET = 32
_ON_OFF = {"", "0", "1", "true", "false", "yes", "no", "on", "off"}
_POSTGRESQL = {"postgresql", "postgres"}
_LEVELS = {"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"}


def refuse_wrong_settings(environ: Mapping[str, str] = os.environ) -> None:
    """Raise CannotStart that names every setting that is wrong, what it holds and what it should."""
    wrong = list(_wrong(environ))
    if wrong:
        raise CannotStart("\n".join(zh for zh, _ in wrong), "\n".join(en for _, en in wrong))


def likely_typos(environ: Mapping[str, str] = os.environ) -> list[tuple[str, str]]:
    """Names that begin like settings and are none, each with the setting that was probably meant, or nothing."""
    strange = sorted(name for name in environ if name.startswith("PINZHI_") and name not in KNOWN)
    return [(name, next(iter(difflib.get_close_matches(name, KNOWN, 1, 0.8)), "")) for name in strange]


def _wrong(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in FLAGS:
        if environ.get(name, "").strip().lower() not in _ON_OFF:
            yield _said(name, environ[name], "填 1 或 0", "write 1 or 0")
    for name in NUMBERS:
        if environ.get(name) and not environ[name].isdecimal():
            yield _said(name, environ[name], "填一个整数", "write a whole number")
    for name in ("DATABASE_URL", "PORTAL_DATABASE_URL"):
        if environ.get(name) and not _is_postgresql(environ[name]):
            yield _said(
                name,
                "",
                "写成 postgresql://用户:口令@主机:5432/库名",
                "write postgresql://user:password@host:5432/name",
            )
    if environ.get("PORTAL_DATABASE_URL") and not environ.get("DATABASE_URL"):
        yield _said(
            "PORTAL_DATABASE_URL",
            "",
            "只能与 DATABASE_URL 一起设置",
            "it goes with DATABASE_URL, which is not set",
        )
    key = environ.get("PINZHI_SECRET_KEY", "")
    if key and len(key) < SHORTEST_SECRET:
        yield _said(
            "PINZHI_SECRET_KEY",
            "",
            f"至少 {SHORTEST_SECRET} 个随机字符；不设则自动生成并保存在状态目录",
            f"at least {SHORTEST_SECRET} random characters; leave it out and one is made and kept",
        )
    for part in _listed(environ, "PINZHI_HOSTS"):
        if "/" in part or " " in part:
            yield _said(
                "PINZHI_HOSTS",
                part,
                "只写主机名，例如 pinzhi.example.gov.cn",
                "host names only: pinzhi.example.gov.cn",
            )
    for part in _listed(environ, "PINZHI_TRUSTED_ORIGINS"):
        if not part.startswith(("https://", "http://")):
            yield _said("PINZHI_TRUSTED_ORIGINS", part, f"写成 https://{part}", f"write https://{part}")
    oidc = environ.get("PINZHI_OIDC_URL", "")
    if oidc and (urlsplit(oidc).scheme not in ("http", "https") or not urlsplit(oidc).netloc):
        yield _said(
            "PINZHI_OIDC_URL", oidc, "写成 https://…（发行者地址）", "the issuer's address, https://…"
        )
    if oidc and not environ.get("PINZHI_OIDC_CLIENT"):
        yield _said(
            "PINZHI_OIDC_CLIENT", "", "设了 PINZHI_OIDC_URL 就要填", "wanted where PINZHI_OIDC_URL is set"
        )
    if environ.get("PINZHI_MAIL", "none") not in ("none", "console", "smtp"):
        yield _said(
            "PINZHI_MAIL", environ["PINZHI_MAIL"], "填 none、console 或 smtp", "none, console or smtp"
        )
    if environ.get("PINZHI_LOG_LEVEL", "WARNING").upper() not in _LEVELS:
        yield _said("PINZHI_LOG_LEVEL", environ["PINZHI_LOG_LEVEL"], "填 WARNING 或 INFO", "WARNING or INFO")
    if (sms := environ.get("PINZHI_SMS")) and (why := _not_importable(sms)):
        yield _said("PINZHI_SMS", sms, f"无法载入（{why}）", f"cannot be loaded ({why})")


def _said(name: str, value: str, right_zh: str, right_en: str) -> tuple[str, str]:
    # Addresses and secrets are not repeated: what is said here goes into logs.
    shown_zh, shown_en = (f"“{value}”", f" “{value}”") if value else (" ", "")
    return f"设置 {name}{shown_zh}不对：{right_zh}。", f"Setting {name}{shown_en} is wrong: {right_en}."


def _listed(environ: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]


def _is_postgresql(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in _POSTGRESQL and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _not_importable(path: str) -> str:
    module, _, name = path.rpartition(".")
    try:
        return "" if module and hasattr(importlib.import_module(module), name) else "no such class"
    except ImportError as error:
        return str(error)
