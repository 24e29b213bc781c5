"""Change what an account says about its person."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from pinzhi.kernel import audit
from pinzhi.kernel.access.actor import Actor
from pinzhi.kernel.access.models import User
from pinzhi.kernel.errors import NotFound, Refused

LANGUAGES = ("zh-hans", "en")


@transaction.atomic
def change_profile(*, display_name: str, email: str, phone: str, language: str, by: Actor) -> User:
    """The own name, e-mail, phone and language; what the account may do is not the holder's to change."""
    user = User.objects.filter(pk=by.user_id or 0).first()
    if user is None:
        raise NotFound("no_such_account", zh="没有这个账号。", en="There is no such account.")
    if not display_name.strip():
        raise Refused("name_missing", zh="请填写姓名。", en="Give your name.", place="display_name")
    if language not in LANGUAGES:
        raise Refused("unknown_language", zh="没有这种语言。", en="No such language.", place="language")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(
                "not_an_email",
                zh=f"“{email}”不是电子邮箱。",
                en=f"“{email}” is not an e-mail address.",
                place="email",
                remedy_zh="例：name@example.com。",
                remedy_en="For example name@example.com.",
            ) from error
    new = {"display_name": display_name.strip(), "email": email, "phone": phone.strip(), "language": language}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, new[field])
    if changed:
        user.save(update_fields=changed)
        audit.record(
            "access.change_profile",
            by=by,
            subject_kind="user",
            subject_key=user.username,
            detail={"fields": changed},
        )
    return user
