"""The shortest password allowed, said in words that are translated."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnoughValidator(MinimumLengthValidator):
    """Django's own, whose message has no Chinese translation in the release that is used."""

    def get_error_message(self) -> str:
        return _("The password needs at least %(count)d characters.") % {"count": self.min_length}
