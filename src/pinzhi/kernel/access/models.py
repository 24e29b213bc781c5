"""Who has an account, whom the account speaks for, what it may do where, and its tokens."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pinzhi.kernel import clock


class SpeaksFor(models.TextChoices):
    AGENCY = "agency", _("Agency")
    ENTERPRISE = "enterprise", _("Enterprise")
    BODY = "body", _("Technical body")


class Role(models.TextChoices):
    CLERK = "clerk", _("Clerk")
    REVIEWER = "reviewer", _("Reviewer")
    APPROVER = "approver", _("Approver")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    SUBJECT = "subject", _("Applicant")


class User(AbstractBaseUser):
    """A person's account. It speaks for one party: an agency, an enterprise or a technical body.

    `region` is where the party sits: an administrator of that region (or of one around it) keeps the account.
    """

    username = models.CharField(
        _("user name"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[\w.@-]+$", _("Letters, digits and . _ - @ only."))],
    )
    display_name = models.CharField(pgettext_lazy("person", "name"), max_length=64)
    speaks_for = models.CharField(_("speaks for"), max_length=12, choices=SpeaksFor.choices)
    party = models.CharField(_("party"), max_length=64, blank=True, db_index=True)
    region = models.CharField(_("region"), max_length=12, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    is_staff = False
    is_superuser = False
    date_joined = models.DateTimeField(_("joined"), default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name


class Grant(models.Model):
    """A right: function of government × register × role × region subtree, from one day until another.

    A right that is taken away stays as a row with who and when, so "who could do this then" has an answer.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    function = models.CharField(_("function"), max_length=40, default="*")
    register = models.CharField(_("register or work"), max_length=64, default="*")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    region = models.CharField(_("region"), max_length=12, blank=True, help_text=_("empty: everywhere"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.CharField(_("granted by"), max_length=64, blank=True)
    granted_at = models.DateTimeField(_("granted at"), default=clock.now)
    revoked_by = models.CharField(_("revoked by"), max_length=64, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("right")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by="")),
                name="grant_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.function}/{self.register} @{self.region or '*'}"


class ApiToken(models.Model):
    """A key for a machine that acts for an account, within the account's rights. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=64)
    prefix = models.CharField(_("begins with"), max_length=16, unique=True)
    hash = models.BinaryField(_("SHA-256 of the secret"), max_length=32)
    scopes = models.JSONField(_("scopes"), default=list)
    region = models.CharField(_("region"), max_length=12, blank=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access token")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
