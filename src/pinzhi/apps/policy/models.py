"""What a policy document says, what an official has confirmed of it, and how it stands."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

CODE = 64


class Review(models.TextChoices):
    """Where a row that was read stands: nothing counts before an official has confirmed it."""

    READ = "read", _("Read, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    DROPPED = "dropped", _("Dropped")


class Document(models.Model):
    """A policy document (P01): its text as it was brought in, and the head as confirmed."""

    class Status(models.TextChoices):
        READ = "read", _("Read, under review")
        IN_FORCE = "in_force", _("In force")
        REPEALED = "repealed", _("Repealed")

    code = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=300)
    # the text has none: proposed by its own words, until an official has looked
    title_is_proposed = models.BooleanField(default=False)
    doc_number = models.CharField(_("document number"), max_length=80, blank=True)
    index_number = models.CharField(_("index number"), max_length=80, blank=True)
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    issuer_agency = models.CharField(max_length=CODE, blank=True)
    region = models.CharField(_("region"), max_length=12)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    plan_from = models.DateField(_("plan begins"), null=True, blank=True)
    plan_until = models.DateField(_("plan ends"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.READ)
    text = models.TextField(_("text"))
    filename = models.CharField(_("file"), max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    reading = models.JSONField(_("as read"), default=dict)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    imported_by = models.CharField(max_length=CODE)
    imported_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("policy document")
        ordering = ["-issued_on", "code"]

    def __str__(self) -> str:
        return self.title


class Basis(models.Model):
    """A higher document that this one implements: by its number, and by row where it is kept here too."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="bases")
    number = models.CharField(_("document number"), max_length=80)
    upper = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="implemented_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="basis_once")]


class Measure(models.Model):
    """A task of the document, at its path of headings (P03)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="measures")
    position = models.IntegerField()
    path = models.JSONField(_("path"))
    title = models.CharField(_("task"), max_length=300)
    start = models.IntegerField(default=0)
    end = models.IntegerField(default=0)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.READ)
    parent_measure = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="child_measures"
    )
    mapped_by = models.CharField(max_length=CODE, blank=True)
    mapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        ordering = ["document", "position"]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        return "".join(self.path)


class Duty(models.Model):
    """A unit's part in a task: lead, support or jointly responsible; its state and when it is due."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        SUPPORT = "support", _("Support")
        RESPONSIBLE = "responsible", _("Responsible")

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not begun")
        ON_COURSE = "on_course", _("On course")
        BEHIND = "behind", _("Behind")
        DONE = "done", _("Done")
        CHANGED = "changed", _("Changed or dropped")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="duties")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    unit = models.CharField(_("unit as named"), max_length=120)
    agency = models.CharField(_("agency"), max_length=CODE, blank=True, db_index=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.NOT_STARTED)
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("duty")
        ordering = ["measure", "position"]
        constraints = [models.UniqueConstraint(fields=["measure", "role", "unit"], name="duty_once")]


class ProgressNote(models.Model):
    """What a unit reports on its duty, with evidence."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=CODE)
    text = models.TextField(_("progress"))
    problem = models.TextField(_("problem"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=Duty.State.choices)
    files = models.JSONField(_("evidence"), default=list)

    class Meta:
        verbose_name = _("progress note")
        ordering = ["-at"]


class Target(models.Model):
    """A quantified goal: the sentence, the bound, and the indicator it is bound to with every choice explicit (P02)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="targets")
    number = models.CharField(_("number"), max_length=8)
    quote = models.TextField(_("sentence"))
    start = models.IntegerField(default=0)
    end = models.IntegerField(default=0)
    at = models.JSONField(_("path"), default=list)
    name = models.CharField(_("target"), max_length=200)
    comparator = models.CharField(_("bound"), max_length=2)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6)
    value_max = models.DecimalField(_("upper value"), max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    by_year = models.IntegerField(_("by year"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.READ)
    # the binding
    indicator = models.CharField(_("indicator"), max_length=CODE, blank=True)
    choices = models.JSONField(_("choices"), default=dict)
    region = models.CharField(_("region"), max_length=12, blank=True)
    tolerance = models.DecimalField(_("tolerance"), max_digits=24, decimal_places=6, null=True, blank=True)
    holds = models.CharField(_("reading of “steady”"), max_length=10, blank=True)
    equals = models.CharField(_("reading of a bare number"), max_length=10, default="at_least")
    base_value = models.DecimalField(_("base value"), max_digits=24, decimal_places=6, null=True, blank=True)
    base_year = models.IntegerField(_("base year"), null=True, blank=True)
    lead_agency = models.CharField(_("lead unit"), max_length=CODE, blank=True)
    lead_unit = models.CharField(_("lead unit as named"), max_length=120, blank=True)
    parent_target = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="child_targets"
    )
    # decided: taken up from `parent_target`, or (where that is empty) the plan's own and from no parent's row
    mapped_by = models.CharField(max_length=CODE, blank=True)
    mapped_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        ordering = ["document", "start", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="target_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def sign(self) -> str:
        """The bound as it is printed; 左右 stays a word."""
        return {">=": "≥", "<=": "≤", "~": "≈", "=": ""}.get(self.comparator, self.comparator)

    @property
    def key(self) -> str:
        """The target's number in the public register."""
        return f"{self.document.code}-{self.number}"


class TargetReading(models.Model):
    """Where a target stood on a day: value, what it rests on, attainment. A new computation is a new row."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="readings")
    as_of = models.DateField(_("as of"))
    region = models.CharField(_("region"), max_length=12, blank=True)
    computed_at = models.DateTimeField()
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=10, null=True)
    numerator = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    denominator = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    low = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    high = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    source = models.CharField(_("source"), max_length=10)
    period = models.CharField(max_length=10, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    method_version = models.IntegerField(default=1)
    status = models.CharField(_("attainment"), max_length=12)
    why = models.JSONField(default=dict)
    gap = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    expected = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    pace = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    needed = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    certain = models.BooleanField(null=True)
    published = models.JSONField(default=dict)
    specs = models.JSONField(default=list)
    history = models.JSONField(default=list)

    class Meta:
        verbose_name = _("reading")
        ordering = ["-as_of", "-computed_at"]
        indexes = [models.Index(fields=["target", "region", "-as_of", "-computed_at"], name="reading_latest")]


class ReportText(models.Model):
    """What an official adds to the counted part of a progress report for a period (P06): no number stands here."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="report_texts")
    period = models.CharField(_("period"), max_length=8)
    opening = models.TextField(_("general situation"), blank=True)
    problems = models.TextField(_("main problems"), blank=True)
    next_steps = models.TextField(_("next steps"), blank=True)
    addressee = models.CharField(_("addressee"), max_length=120, blank=True)
    doc_number = models.CharField(_("document number"), max_length=80, blank=True)
    signatory = models.CharField(_("signatory"), max_length=40, blank=True)
    signed_on = models.DateField(_("date of the report"), null=True, blank=True)
    by = models.CharField(max_length=CODE)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("report text")
        constraints = [models.UniqueConstraint(fields=["document", "period"], name="report_text_once")]


class MajorMatter(models.Model):
    """A major matter in carrying out a policy, reported to the government, and its answer (P06)."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("Normal")
        URGENT = "urgent", _("Urgent")
        MOST_URGENT = "most_urgent", _("Most urgent")

    code = models.CharField(_("number"), max_length=40, unique=True)
    document = models.ForeignKey(Document, models.PROTECT, related_name="matters")
    duty = models.ForeignKey(Duty, models.SET_NULL, null=True, blank=True, related_name="matters")
    region = models.CharField(_("region"), max_length=12)
    unit = models.CharField(_("reporting unit"), max_length=120)
    agency = models.CharField(max_length=CODE, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what happened, what was done, what is asked"))
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency.choices, default=Urgency.NORMAL)
    reported_to = models.CharField(_("reported to"), max_length=120)
    doc_number = models.CharField(_("document number"), max_length=80, blank=True)
    signatory = models.CharField(_("signatory"), max_length=40, blank=True)
    files = models.JSONField(_("evidence"), default=list)
    at = models.DateTimeField()
    by = models.CharField(max_length=CODE)
    reply = models.TextField(_("reply"), blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        verbose_name = _("major matter")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.title


class Appraisal(models.Model):
    """The yearly appraisal of regions or units by weighted criteria (P04)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        COMPUTED = "computed", _("Computed, to be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")

    class Kind(models.TextChoices):
        REGION = "region", _("Regions")
        UNIT = "unit", _("Units")

    code = models.CharField(_("number"), max_length=40, unique=True)
    year = models.IntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    region = models.CharField(_("region"), max_length=12)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="appraisals")
    kind = models.CharField(_("who is appraised"), max_length=10, choices=Kind.choices)
    graded = models.BooleanField(_("with grades"), default=True)
    missing = models.CharField(_("what is missing"), max_length=12, default="zero")
    spread = models.DecimalField(
        _("how far the weights are varied"), max_digits=4, decimal_places=2, default=Decimal("0.25")
    )
    draws = models.IntegerField(_("draws"), default=2000)
    seed = models.IntegerField(_("seed"), default=1)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.IntegerField(_("version of the method"), default=1)
    announced_in = models.CharField(_("document of publication"), max_length=120, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    provisional = models.JSONField(_("why provisional"), default=list)
    sensitivity = models.JSONField(default=dict)
    set_by = models.CharField(max_length=CODE)
    set_at = models.DateTimeField()
    computed_by = models.CharField(max_length=CODE, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=CODE, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appraisal")
        ordering = ["-year", "code"]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """One criterion of an appraisal: where its value comes from, how it becomes a score, and what it weighs."""

    class Source(models.TextChoices):
        TARGET = "target", _("A target of the plan")
        INDICATOR = "indicator", _("An indicator")
        DUTIES = "duties", _("Share of duties not behind")
        EXPERT = "expert", _("Scored by officials")

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="criteria")
    position = models.IntegerField()
    title = models.CharField(_("criterion"), max_length=120)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="criteria")
    indicator = models.CharField(_("indicator"), max_length=CODE, blank=True)
    choices = models.JSONField(default=dict)
    weight = models.DecimalField(_("weight"), max_digits=8, decimal_places=3)
    method = models.CharField(_("method"), max_length=20)
    direction = models.CharField(_("direction"), max_length=4, default="up")
    goal = models.DecimalField(_("goal"), max_digits=24, decimal_places=6, null=True, blank=True)
    cap = models.DecimalField(_("highest score"), max_digits=6, decimal_places=2, default=Decimal(100))
    table = models.JSONField(_("table of points"), default=list)
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("criterion")
        ordering = ["appraisal", "position"]
        constraints = [models.UniqueConstraint(fields=["appraisal", "position"], name="criterion_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        return f"C{self.position:02d}"


class Appraisee(models.Model):
    """A region or unit in an appraisal, and its result once computed."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="appraisees")
    key = models.CharField(_("code"), max_length=CODE)
    name = models.CharField(_("name"), max_length=120)
    veto = models.CharField(_("reason for the lowest grade"), max_length=200, blank=True)
    problems = models.TextField(_("main problems"), blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    rank = models.IntegerField(_("rank"), null=True, blank=True)
    rank_low = models.IntegerField(null=True, blank=True)
    rank_high = models.IntegerField(null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=4, blank=True)

    class Meta:
        verbose_name = _("appraisee")
        ordering = ["appraisal", "rank", "key"]
        constraints = [models.UniqueConstraint(fields=["appraisal", "key"], name="appraisee_once")]

    def __str__(self) -> str:
        return self.name


class CriterionScore(models.Model):
    """A unit's value and score for one criterion: counted, or given by an official with evidence."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="scores")
    appraisee = models.ForeignKey(Appraisee, models.CASCADE, related_name="scores")
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=10, null=True)
    goal = models.DecimalField(_("goal"), max_digits=30, decimal_places=10, null=True)
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=4, null=True)
    weight = models.DecimalField(_("weight as used"), max_digits=9, decimal_places=6, null=True)
    points = models.DecimalField(_("contribution"), max_digits=9, decimal_places=4, null=True)
    filled = models.BooleanField(_("stands for a missing value"), default=False)
    note = models.TextField(_("reason"), blank=True)
    files = models.JSONField(_("evidence"), default=list)
    specs = models.JSONField(default=list)
    entered_by = models.CharField(max_length=CODE, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("score")
        constraints = [models.UniqueConstraint(fields=["criterion", "appraisee"], name="score_once")]


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


class YearPlan(models.Model):
    """A year's plan of key products (P07)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        PUBLISHED = "published", _("Published")

    code = models.CharField(_("number"), max_length=40, unique=True)
    year = models.IntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    doc_number = models.CharField(_("document number"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=12)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="year_plans")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    made_by = models.CharField(max_length=CODE)
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=CODE, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("yearly plan")
        ordering = ["-year", "code"]

    def __str__(self) -> str:
        return self.title


class KeyProduct(models.Model):
    """A key product of a yearly plan: its problem, the goal, the tools, who does it until when, and how it stands."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", _("Not begun")
        ON_COURSE = "on_course", _("On course")
        BEHIND = "behind", _("Behind")
        DONE = "done", _("Done")

    plan = models.ForeignKey(YearPlan, models.CASCADE, related_name="products")
    number = models.IntegerField(_("number"))
    product_name = models.CharField(_("key product"), max_length=120)
    sector = models.CharField(_("field of consumer goods"), max_length=20)
    product_code = models.CharField(_("product code"), max_length=20, blank=True)
    problem = models.CharField(_("main quality problem"), max_length=1000, blank=True)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    tools = models.JSONField(_("tools"), default=list)
    lead_unit = models.CharField(_("responsible unit"), max_length=120)
    lead_agency = models.CharField(max_length=CODE, blank=True, db_index=True)
    support_units = models.JSONField(_("supporting units"), default=list)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    batches_planned = models.IntegerField(_("batches planned"), null=True, blank=True)
    firms_planned = models.IntegerField(_("firms covered"), null=True, blank=True)
    pass_rate_before = models.DecimalField(
        _("pass rate before"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    pass_rate_after = models.DecimalField(
        _("pass rate after"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    batches_done = models.IntegerField(_("batches done"), null=True, blank=True)
    firms_helped = models.IntegerField(_("firms helped"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.NOT_STARTED)
    summary = models.TextField(_("summary"), blank=True)
    reported_on = models.DateField(null=True, blank=True)
    reported_by = models.CharField(max_length=CODE, blank=True)

    class Meta:
        verbose_name = _("key product")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="key_product_number")]

    def __str__(self) -> str:
        return self.product_name
