"""The audit trail and its indexes."""

import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                ("action", models.CharField(max_length=80, verbose_name="action")),
                ("username", models.CharField(max_length=64, verbose_name="user name")),
                ("party", models.CharField(blank=True, max_length=64, verbose_name="party")),
                ("user_id", models.BigIntegerField(null=True, verbose_name="account")),
                ("subject_kind", models.CharField(blank=True, max_length=40, verbose_name="kind of subject")),
                ("subject_key", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("register", models.CharField(blank=True, max_length=64, verbose_name="register")),
                ("region", models.CharField(blank=True, max_length=12, verbose_name="region")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="how many")),
                ("is_read", models.BooleanField(default=False, verbose_name="read only")),
                (
                    "detail",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="details",
                    ),
                ),
                ("request_id", models.CharField(blank=True, max_length=40, verbose_name="request")),
            ],
            options={
                "verbose_name": "audit event",
                "indexes": [
                    models.Index(fields=["-at"], name="audit_at"),
                    models.Index(fields=["subject_key", "-id"], name="audit_subject"),
                    models.Index(fields=["username", "-id"], name="audit_username"),
                    models.Index(fields=["action", "-id"], name="audit_action"),
                ],
            },
        ),
    ]
