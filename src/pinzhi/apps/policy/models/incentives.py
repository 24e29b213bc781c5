"""What good results earn: rules, and the awards proposed and decided by them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinzhi.apps.policy.models.appraisals import Appraisal
from pinzhi.apps.policy.models.documents import CODE, Document
from pinzhi.apps.policy.models.targets import Target


class IncentiveRule(models.Model):
    """What follows from a result (P05): a trigger and a reward or restraint."""

    class Trigger(models.TextChoices):
        RANK_TOP = "rank_top", _("Among the first n")
        RANK_BOTTOM = "rank_bottom", _("Among the last n")
        GRADE = "grade", _("Has the grade")
        TARGET_REACHED = "target_reached", _("Target reached")
        TARGET_BEHIND = "target_behind", _("Target behind")

    class Measure(models.TextChoices):
        PRAISE = "praise", _("Commendation")
        MONEY = "money", _("Money")
        PRIORITY = "priority", _("Priority")
        TALK = "talk", _("Talk")
        CRITICISM = "criticism", _("Criticism")
        DEDUCT = "deduct", _("Deduction")
        NONE = "none", _("No support")

    region = models.CharField(_("region"), max_length=12)
    title = models.CharField(_("rule"), max_length=200)
    document = models.ForeignKey(
        Document, models.SET_NULL, null=True, blank=True, related_name="incentive_rules"
    )
    trigger = models.CharField(_("trigger"), max_length=16, choices=Trigger.choices)
    threshold = models.CharField(_("n or grade"), max_length=8, blank=True)
    measure = models.CharField(_("measure"), max_length=12, choices=Measure.choices)
    amount = models.DecimalField(
        _("amount (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    active = models.BooleanField(_("in use"), default=True)
    by = models.CharField(max_length=CODE)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("incentive rule")
        ordering = ["region", "pk"]

    def __str__(self) -> str:
        return self.title


class Award(models.Model):
    """A reward or restraint that a rule proposes for somebody, and the decision on it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        DECIDED = "decided", _("Decided")
        DROPPED = "dropped", _("Not done")

    rule = models.ForeignKey(IncentiveRule, models.PROTECT, related_name="awards")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, null=True, blank=True, related_name="awards")
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="awards")
    year = models.IntegerField(_("year"))
    recipient_kind = models.CharField(max_length=10, choices=Appraisal.Kind.choices)
    recipient = models.CharField(_("recipient"), max_length=CODE, db_index=True)
    name = models.CharField(_("recipient"), max_length=120)
    because = models.CharField(_("because"), max_length=200)
    because_en = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(
        _("amount (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=CODE)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=CODE, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reward or restraint")
        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "appraisal", "recipient"], name="award_once_an_appraisal"
            ),
            models.UniqueConstraint(
                fields=["rule", "target", "year", "recipient"], name="award_once_a_target"
            ),
        ]
