"""Indexes made by earlier releases get the limit that `add_bigrams` gives to new ones."""

from django.db import migrations

from pinzhi.kernel.search.columns import PENDING_KB

LIMITED = f"""
DO $$
DECLARE
  found regclass;
BEGIN
  FOR found IN
    SELECT c.oid FROM pg_class c JOIN pg_am a ON a.oid = c.relam AND a.amname = 'gin'
    WHERE c.relname LIKE '%\\_bigrams' AND c.relnamespace = current_schema()::regnamespace
  LOOP
    EXECUTE format('ALTER INDEX %s SET (gin_pending_list_limit = {PENDING_KB})', found);
  END LOOP;
END
$$;
"""  # noqa: S608 - a number of ours


class Migration(migrations.Migration):
    dependencies = [("search", "0001_bigrams")]
    operations = [migrations.RunSQL(LIMITED, migrations.RunSQL.noop)]
