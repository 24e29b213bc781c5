"""Role × verb: who may do what, as data that a test walks and a page shows in words.

Verbs on records come from the lifecycles themselves (each transition's `who`). Every other verb is declared
here or, by an app for its own, in the app's `access_verbs.py`:

    declare("policy.confirm", section="policy", zh="确认解读", en="confirm a reading", roles={"clerk"})

A verb is allowed where the actor holds one of its roles for register, function and region. `own`
verbs are allowed to everybody in matters of the own account or party.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from pinzhi.kernel import clock
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.queries import may, not_permitted, subtree


@dataclass(frozen=True)
class Verb:
    name: str
    section: str
    zh: str
    en: str
    roles: frozenset[str]
    own: bool = False


SECTIONS: dict[str, dict[str, str]] = {
    "accounts": {"zh": "账号与权限", "en": "Accounts and rights"},
    "audit": {"zh": "审计", "en": "Audit"},
    "registers": {"zh": "登记册", "en": "Registers"},
    "policy": {"zh": "政策与目标", "en": "Policy and targets"},
    "parties": {"zh": "企业与产品", "en": "Enterprises and products"},
    "inspection": {"zh": "监督抽查", "en": "Spot checks"},
    "operations": {"zh": "运行", "en": "Operation"},
}
_verbs: dict[str, Verb] = {}


def declare(name: str, *, section: str, zh: str, en: str, roles: Iterable[str], own: bool = False) -> Verb:
    """Declare a verb once; a second declaration with other roles raises ValueError."""
    verb = Verb(name, section, zh, en, frozenset(roles), own)
    if _verbs.get(name, verb) != verb:
        raise ValueError(f"verb {name} is declared twice")
    _verbs[name] = verb
    return verb


def verbs() -> list[Verb]:
    """All declared verbs, those of the apps included."""
    autodiscover_modules("access_verbs")
    return list(_verbs.values())


def allowed(
    actor: Actor, verb: str, *, register: str = "*", function: str = "*", region: str = "", own: bool = False
) -> bool:
    """Whether the actor may do the verb there. Raises KeyError for a verb that nobody declared."""
    known = _known(verb)
    return (known.own and own) or any(
        may(actor, role, register=register, function=function, region=region) for role in known.roles
    )


def require(
    actor: Actor, verb: str, *, register: str = "*", function: str = "*", region: str = "", own: bool = False
) -> None:
    """Raise NotPermitted, naming a role that would do, unless the verb is allowed."""
    if not allowed(actor, verb, register=register, function=function, region=region, own=own):
        raise not_permitted(actor, min(_known(verb).roles), register=register, region=region)


def roots(actor: Actor, verb: str, *, register: str = "*", function: str = "*") -> list[str] | None:
    """The regions of the rights that allow the verb, subtrees meant; None: everywhere, an empty list: nowhere."""
    if actor.is_system:
        return None
    known, today = _known(verb), clock.today()
    found = []
    for right in actor.rights:
        if right.role not in known.roles or not right.in_force(today):
            continue
        if right.register not in ("*", register) or right.function not in ("*", function):
            continue
        if not right.region:
            return None
        found.append(right.region)
    return found


def held(actor: Actor, verb: str, *, register: str = "*", function: str = "*") -> frozenset[str] | None:
    """The codes of all regions in which the verb is allowed; None: everywhere."""
    found, today = roots(actor, verb, register=register, function=function), clock.today()
    return None if found is None else frozenset().union(*(subtree(root, today) for root in found))


def within(actor: Actor, verb: str, *, register: str = "*", function: str = "*", field: str = "region") -> Q:
    """A filter for rows whose region (`field`) is one in which the verb is allowed; nothing passes where it is nowhere."""
    from pinzhi.kernel.places import queries as places

    found = roots(actor, verb, register=register, function=function)
    if found is None:
        return Q()
    condition = Q(pk__in=[])
    for root in found:
        condition |= places.region_q(root, field)
    return condition


def _known(verb: str) -> Verb:
    if verb not in _verbs:
        verbs()
    return _verbs[verb]


def record_steps() -> list[dict[str, Any]]:
    """Every transition of every lifecycle with who may do it, as the catalogue says."""
    from pinzhi.kernel.registers import catalogue

    seen: dict[str, dict[str, Any]] = {}
    for register in catalogue.registers().values():
        life = register.life
        seen.setdefault(
            life.lifecycle,
            {
                "lifecycle": life.lifecycle,
                "title": life.title,
                "steps": [
                    {
                        "name": step.name,
                        "title": step.title,
                        "who": frozenset(step.who),
                        "not_same_as": list(step.not_same_as),
                    }
                    for step in life.transitions
                ],
            },
        )
    return list(seen.values())


def in_words() -> list[dict[str, Any]]:
    """Sections of rows for the page: the declared verbs, then the steps of each lifecycle."""
    sections: dict[str, dict[str, Any]] = {}
    for verb in verbs():
        section = sections.setdefault(
            verb.section, {"title": SECTIONS.get(verb.section, verb.section), "rows": []}
        )
        section["rows"].append(
            {"title": {"zh": verb.zh, "en": verb.en}, "roles": verb.roles, "own": verb.own, "second": []}
        )
    shown = list(sections.values())
    for life in record_steps():
        titles = {step["name"]: step["title"] for step in life["steps"]}
        shown.append(
            {
                "title": life["title"],
                "rows": [
                    {
                        "title": step["title"],
                        "roles": step["who"],
                        "own": False,
                        "second": [titles[name] for name in step["not_same_as"] if name in titles],
                    }
                    for step in life["steps"]
                ],
            }
        )
    return shown


OFFICIALS = frozenset({"clerk", "reviewer", "approver", "auditor", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})

declare("access.create_user", section="accounts", zh="开通账号", en="open an account", roles=ADMINISTRATOR)
declare(
    "access.disable_user",
    section="accounts",
    zh="停用、启用账号",
    en="close and reopen an account",
    roles=ADMINISTRATOR,
)
declare(
    "access.grant_right",
    section="accounts",
    zh="授予权限（本人除外，不超出本人范围）",
    en="grant a right (not to oneself, not beyond the own scope)",
    roles=ADMINISTRATOR,
)
declare("access.revoke_right", section="accounts", zh="撤销权限", en="revoke a right", roles=ADMINISTRATOR)
declare(
    "access.reset_password",
    section="accounts",
    zh="重置他人密码、动态口令",
    en="reset another's password or second factor",
    roles=ADMINISTRATOR,
)
declare(
    "access.link_identity",
    section="accounts",
    zh="绑定统一身份",
    en="link an identity of the login service",
    roles=ADMINISTRATOR,
)
declare(
    "access.change_password",
    section="accounts",
    zh="修改本人密码、资料",
    en="change the own password and profile",
    roles=frozenset(),
    own=True,
)
declare(
    "access.issue_token",
    section="accounts",
    zh="签发、撤销本人访问令牌",
    en="issue and revoke own access tokens",
    roles=frozenset(),
    own=True,
)
declare("audit.read", section="audit", zh="查看审计记录", en="read the audit trail", roles={"auditor"})
declare("audit.export", section="audit", zh="导出审计记录", en="export the audit trail", roles={"auditor"})
declare(
    "registers.read_private",
    section="registers",
    zh="查看非公开内容",
    en="read what is not public",
    roles=OFFICIALS,
    own=True,
)
