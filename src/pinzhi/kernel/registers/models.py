"""What a register keeps. Entries are the truth; records and spans are derived and can be made again.

Tables named `public_*` are the public side: the portal's database role may select from these and nothing else.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from pinzhi.kernel import clock

CODE = 64
#: Records that were entered before the day from which they are valid.
ENTERED_EARLY = models.Q(valid_from__gt=TruncDate("updated_at", tzinfo=clock.SHANGHAI))


class DefinitionVersion(models.Model):
    """A definition with its lifecycle as it stood; entries name its hash.

    `derived_at`: since when everything that follows from the register's entries follows by this definition.
    """

    hash = models.CharField(primary_key=True, max_length=64)
    register = models.CharField(max_length=CODE, db_index=True)
    content = models.JSONField()
    first_seen = models.DateTimeField()
    derived_at = models.DateTimeField(null=True)


class Envelope(models.Model):
    """The columns that entries, records and spans share: what happened to which key, where, for how long."""

    register = models.CharField(_("register"), max_length=CODE)
    key = models.CharField(_("number"), max_length=160)
    state = models.CharField(_("state"), max_length=CODE)
    record_type = models.CharField(_("type"), max_length=CODE, blank=True)
    valid_from = models.DateField(_("valid from"), null=True)
    valid_until = models.DateField(_("valid until"), null=True)
    region = models.CharField(_("region"), max_length=12, blank=True)
    agency = models.CharField(_("agency"), max_length=CODE, blank=True)
    subject = models.CharField(_("subject"), max_length=CODE, blank=True)

    class Meta:
        abstract = True


class Entry(Envelope):
    """One thing that happened. Append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("what happened"), max_length=CODE)
    effective_on = models.DateField(_("effective on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    replaces = models.BigIntegerField(_("replaces"), null=True)
    definition = models.CharField(max_length=64)
    by = models.CharField(_("by"), max_length=CODE)

    class Meta:
        verbose_name = _("entry")
        indexes = [models.Index(fields=["register", "key", "id"], name="entry_register_key")]


class Content(models.Model):
    """The values and salts of an entry's groups; erasing a group removes its values and salt, never its hash."""

    entry_id = models.BigIntegerField(primary_key=True)
    groups = models.JSONField()


class Pending(models.Model):
    """Committed, not yet numbered: the sequencer's inbox."""

    entry_id = models.BigIntegerField(primary_key=True)
    register = models.CharField(max_length=CODE)
    key = models.CharField(max_length=160)
    leaf = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["register", "entry_id"], name="pending_register")]


class Sequenced(models.Model):
    """Where in the log an entry stands."""

    entry_id = models.BigIntegerField(primary_key=True)
    register = models.CharField(max_length=CODE)
    index = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "index"], name="sequenced_place")]


class Record(Envelope):
    """The present state of one key, derived from its entries."""

    id = models.BigAutoField(primary_key=True)
    label = models.CharField(_("name"), max_length=300)
    values = models.JSONField()
    effective_on = models.DateField(_("effective on"))
    state_since = models.DateField(_("in this state since"))
    entry_id = models.BigIntegerField()
    definition = models.CharField(max_length=64)
    actors = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    sort_key = models.CharField(max_length=120)
    search_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("record")
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="record_key")]
        indexes = [
            # With the region, so that a count by state for a city reads this index and no record.
            models.Index(fields=["register", "state", "region"], name="record_state_region"),
            models.Index(fields=["subject", "register"], name="record_subject"),
            models.Index(fields=["register", "sort_key", "id"], name="record_sort"),
            models.Index(fields=["register", "entry_id"], name="record_latest"),
            models.Index(
                fields=["valid_until"], name="record_until", condition=models.Q(valid_until__isnull=False)
            ),
            models.Index(fields=["valid_from"], name="record_early", condition=ENTERED_EARLY),
        ]


class Span(Envelope):
    """The days on which one entry said what held: [starts, ends), open where ends is null. Counting reads these."""

    entry_id = models.BigIntegerField(primary_key=True)
    starts = models.DateField()
    ends = models.DateField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["register", "key", "starts"], name="span_key"),
            models.Index(fields=["register", "state", "starts"], name="span_state"),
        ]


class Draft(models.Model):
    """A form not yet handed in: nothing typed is lost. Belongs to one account, is never an entry."""

    id = models.UUIDField(primary_key=True)
    register = models.CharField(max_length=CODE)
    transition = models.CharField(max_length=CODE)
    key = models.CharField(max_length=160, blank=True)
    user_id = models.BigIntegerField(db_index=True)
    data = models.JSONField()
    updated_at = models.DateTimeField()


class ImportBatch(models.Model):
    """One file brought in: its digest, what it did, and the report row by row."""

    id = models.UUIDField(primary_key=True)
    register = models.CharField(max_length=CODE)
    transition = models.CharField(max_length=CODE)
    digest = models.CharField(max_length=64)
    filename = models.CharField(max_length=200)
    by = models.CharField(max_length=CODE)
    at = models.DateTimeField()
    mode = models.CharField(max_length=12)
    rows = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    errors = models.JSONField(default=list)
    status = models.CharField(max_length=12)


# ---- the public side -------------------------------------------------------------------------------------------------


class Log(models.Model):
    """A register's Merkle tree: its size, root and signed checkpoint. The log named `heads` is over all others."""

    name = models.CharField(primary_key=True, max_length=CODE)
    epoch = models.IntegerField(default=1)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    checkpoint = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    head_index = models.BigIntegerField(null=True)
    cosigned = models.TextField(blank=True, default="")

    class Meta:
        db_table = "public_log"


class Tile(models.Model):
    """A tile of a log after C2SP tlog-tiles: up to 256 hashes of one level, in order.

    Level -1 holds the entry bundles: the leaves themselves, which are salted group hashes and no value in clear.
    """

    log = models.CharField(max_length=CODE)
    level = models.IntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "public_tile"
        constraints = [models.UniqueConstraint(fields=["log", "level", "index"], name="public_tile_place")]


class Epoch(models.Model):
    """A break in a log, declared after a restore: what the old one ended with, and why."""

    log = models.CharField(max_length=CODE)
    epoch = models.IntegerField()
    declared_at = models.DateTimeField()
    reason = models.TextField()
    previous_checkpoint = models.TextField(blank=True)

    class Meta:
        db_table = "public_epoch"


class PublicDefinition(models.Model):
    """What the public is told of a register: titles, public fields, states, counts.

    `records`: how many public records it has; whoever publishes keeps it, so that no page counts a million rows.
    """

    register = models.CharField(primary_key=True, max_length=CODE)
    hash = models.CharField(max_length=64)
    content = models.JSONField()
    position = models.IntegerField(default=0)
    records = models.BigIntegerField(default=0)

    class Meta:
        db_table = "public_definition"


class PublicRecord(Envelope):
    """A record as the public may see it now; `open_until` is the last day on which it may be shown."""

    id = models.BigAutoField(primary_key=True)
    label = models.CharField(max_length=300)
    values = models.JSONField()
    effective_on = models.DateField()
    updated_at = models.DateTimeField()
    open_until = models.DateField(null=True)
    sort_key = models.CharField(max_length=120)
    search_text = models.TextField(blank=True)

    class Meta:
        db_table = "public_record"
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="public_record_key")]
        indexes = [
            models.Index(fields=["register", "sort_key", "id"], name="public_record_sort"),
            models.Index(fields=["subject", "register"], name="public_record_subject"),
            # With the last open day, so that a count by region reads this index and no record.
            models.Index(fields=["register", "region", "open_until"], name="public_record_place"),
            models.Index(
                fields=["open_until"],
                name="public_record_until",
                condition=models.Q(open_until__isnull=False),
            ),
        ]


class PublicEntry(models.Model):
    """Values and salts of the groups of one entry that are open now: they lie beside the tiles."""

    log = models.CharField(max_length=CODE)
    index = models.BigIntegerField()
    key = models.CharField(max_length=160)
    groups = models.JSONField()
    open_until = models.DateField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "public_entry"
        constraints = [models.UniqueConstraint(fields=["log", "index"], name="public_entry_place")]
        indexes = [
            models.Index(fields=["log", "key"], name="public_entry_key"),
            models.Index(
                fields=["open_until"], name="public_entry_until", condition=models.Q(open_until__isnull=False)
            ),
            # Rows come in the order of this column: a small index says where to look, and costs appends nothing.
            BrinIndex(fields=["changed_at"], name="public_entry_changed", autosummarize=True),
        ]


class PublicClosed(models.Model):
    """An entry that was open and is no more: its place alone, so that those who keep a copy take it out of theirs."""

    log = models.CharField(max_length=CODE)
    index = models.BigIntegerField()
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "public_closed"
        constraints = [models.UniqueConstraint(fields=["log", "index"], name="public_closed_place")]
        indexes = [models.Index(fields=["log", "closed_at", "index"], name="public_closed_at")]


class PublicFile(models.Model):
    """A file that a public field of a public record names; the portal serves these and no others."""

    sha256 = models.CharField(max_length=64)
    register = models.CharField(max_length=CODE)
    key = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    open_until = models.DateField(null=True)

    class Meta:
        db_table = "public_file"
        constraints = [
            models.UniqueConstraint(fields=["sha256", "register", "key"], name="public_file_place")
        ]


class PublicKey(models.Model):
    """The keys that have signed checkpoints, for those who verify."""

    vkey = models.CharField(primary_key=True, max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "public_key"
