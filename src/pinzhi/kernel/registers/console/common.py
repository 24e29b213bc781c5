"""What the pages of registers share: finding what an address names, permission to see it, addresses, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor, actor_of
from pinzhi.kernel.access.queries import ROLE_TITLES
from pinzhi.kernel.errors import NotFound, NotPermitted
from pinzhi.kernel.files.actions.store_file import DEFAULT_ACCEPT, store_file
from pinzhi.kernel.registers import catalogue, queries
from pinzhi.kernel.registers.definitions import FieldDef, Register, Transition
from pinzhi.kernel.registers.models import Record
from pinzhi.kernel.registers.permission import may_read, may_step
from pinzhi.kernel.web.texts import in_lang
from pinzhi.kernel.web.widgets import KeepFile

Crumb = tuple[str, str]


def register_of(request: HttpRequest, name: str) -> tuple[Actor, Register]:
    """The account and the register of the address. Raises NotFound, or NotPermitted where it is none of its own."""
    actor = actor_of(request)
    register = catalogue.get(name)
    if not any(own.name == name for own in queries.registers_for(actor)):
        raise NotPermitted(
            "not_permitted",
            zh=f"您没有登记册“{register.title.zh}”的权限。",
            en=f"You hold no right for the register “{register.title.en}”.",
            remedy_zh="请联系本单位管理员授予权限；已公开的内容可在公众门户查看。",
            remedy_en="Ask your administrator for a right; what is public stands in the public portal.",
        )
    return actor, register


def record_of(request: HttpRequest, name: str, key: str) -> tuple[Actor, Register, Record]:
    """The record of the address, where the account reads it whole.

    Raises NotPermitted for an official of elsewhere; to enterprises a record that is not theirs does not exist.
    """
    actor, register = register_of(request, name)
    record = queries.get_record(name, key)
    if may_read(actor, register, subject=record.subject, region=record.region):
        return actor, register, record
    if actor.speaks_for in ("enterprise", "body"):
        raise NotFound(
            "no_such_record", zh=f"没有编号为“{key}”的记录。", en=f"There is no record {key}.", place=key
        )
    raise NotPermitted(
        "not_permitted",
        zh="该记录不在您的管辖地区内。",
        en="This record lies outside the regions of your rights.",
        remedy_zh="请由当地办理；已公开的内容可在公众门户查看。",
        remedy_en="Its own region handles it; what is public stands in the public portal.",
    )


def step_of(register: Register, name: str) -> Transition:
    """The step of that name that makes an entry; raises NotFound."""
    step = register.life.transition(name)
    if step is None or not step.entry:
        raise NotFound("no_such_step", zh=f"没有“{name}”这一步。", en=f"There is no step {name}.", place=name)
    return step


def beginnings(actor: Actor, register: Register) -> list[Transition]:
    """The steps with which this account may begin a new record somewhere."""
    own = actor.speaks_for in ("enterprise", "body")
    regions = ["", *{right.region for right in actor.rights}]
    return [
        step
        for step in register.life.from_state(None)
        if step.entry
        and step.who != ["system"]
        and any(
            may_step(actor, register, step, subject=actor.party if own else "", region=region)
            for region in regions
        )
    ]


def list_url(register: Register | str) -> str:
    return reverse("registers_list", args=[register if isinstance(register, str) else register.name])


def record_url(register: Register | str, key: str) -> str:
    return reverse("registers_record", args=[register if isinstance(register, str) else register.name, key])


def public_url(register: Register, key: str) -> str:
    """The record's address in the portal; empty where there is no portal."""
    try:
        return reverse("portal:record", args=[register.name, key])
    except NoReverseMatch:
        return ""


def is_public(register: Register, record: Record) -> bool:
    """Whether the present state shows the envelope to the public, terms aside."""
    classes = register.definition.classes
    return any(record.state in classes[name].states for name in register.definition.envelope_classes)


def file_url(register: Register, key: str) -> str:
    """The address of a record's files with `{sha256}` to be filled in."""
    return reverse("registers_file", args=[register.name, key, "0" * 64]).replace("0" * 64, "{sha256}")


def crumbs(*more: Crumb) -> list[Crumb]:
    return [(_("Registers"), reverse("registers_index")), *more]


def register_crumb(register: Register) -> Crumb:
    return (in_lang(register.title), list_url(register))


def record_crumb(register: Register, record: Record) -> Crumb:
    return (record.label, record_url(register, record.key))


def keep_file(actor: Actor) -> KeepFile:
    """Stores a file that a form sends and gives the reference that an entry keeps."""

    def keep(upload: UploadedFile, field: FieldDef) -> Mapping[str, Any]:
        accept = field.accept if isinstance(field.accept, (list, tuple)) else DEFAULT_ACCEPT
        stored = store_file(
            upload,
            name=upload.name or "",
            accept=accept,
            max_bytes=field.max_mb * 1024 * 1024,
            by=actor,
        )
        return {
            "sha256": stored.sha256,
            "name": stored.download_name,
            "size": stored.size,
            "type": stored.media_type,
        }

    return keep


def note_reading(
    actor: Actor, register: Register, *, key: str = "", region: str = "", count: int = 1, what: str = ""
) -> None:
    """One audit line for one request that shows an official what is not public."""
    if actor.speaks_for == "agency" and count:
        audit.record_read(
            "registers.read_private",
            by=actor,
            register=register.name,
            subject_kind="record" if key else "register",
            subject_key=key,
            region=region,
            count=count,
            detail={"what": what} if what else None,
        )


def roles_in_words(step: Transition) -> str:
    """Who does a step: "Reviewer or Approver"."""
    more = {"system": {"zh": "系统", "en": "the system"}}
    titles = {**ROLE_TITLES, "subject": {"zh": "当事人", "en": "the party itself"}, **more}
    return _(" or ").join(in_lang(titles.get(who, {"zh": who, "en": who})) for who in step.who)


def decides(register: Register, step: Transition) -> bool:
    """Whether the eligibility checks of the definition are asked before this step."""
    return bool(register.definition.eligibility) and (step.starts_validity or step.checks_eligibility)
