"""The cache that all workers share: login limits and used one-time codes must hold for every one of them."""

from django.db import migrations

FORWARD = """
CREATE TABLE pinzhi_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX pinzhi_cache_expires ON pinzhi_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_accounts_rights_tokens")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE pinzhi_cache;")]
