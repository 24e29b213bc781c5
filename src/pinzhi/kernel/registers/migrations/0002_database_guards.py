"""What the database itself holds: append-only entries, the search columns, serial numbers, the portal's role.

The role is the cluster's, not the database's; where this account may not make it, the migration says what the
database's administrator has to run, and goes on: `pinzhi check` insists later.
"""

from typing import Any

from django.conf import settings
from django.db import ProgrammingError, migrations, transaction

from pinzhi.kernel.search.columns import add_bigrams

GUARD = """
CREATE OR REPLACE FUNCTION registers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries are append-only: % of % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON registers_entry
  FOR EACH ROW EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON registers_entry
  FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER sequenced_append_only BEFORE UPDATE OR DELETE ON registers_sequenced
  FOR EACH ROW EXECUTE FUNCTION registers_refuse_change();
CREATE TRIGGER sequenced_no_truncate BEFORE TRUNCATE ON registers_sequenced
  FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse_change();
CREATE SEQUENCE registers_serial;
ALTER TABLE registers_record ALTER COLUMN "values" SET COMPRESSION pglz;
"""

UNGUARD = """
DROP TRIGGER entry_append_only ON registers_entry;
DROP TRIGGER entry_no_truncate ON registers_entry;
DROP TRIGGER sequenced_append_only ON registers_sequenced;
DROP TRIGGER sequenced_no_truncate ON registers_sequenced;
DROP FUNCTION registers_refuse_change();
DROP SEQUENCE registers_serial;
"""

PUBLIC_TABLES = (
    "public_definition",
    "public_entry",
    "public_epoch",
    "public_file",
    "public_key",
    "public_log",
    "public_record",
    "public_tile",
)


def make_role(apps: Any, schema_editor: Any) -> None:
    role = settings.PORTAL_ROLE
    connection = schema_editor.connection
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            try:
                with transaction.atomic(using=connection.alias):
                    cursor.execute(f"CREATE ROLE {quoted} NOLOGIN")
                    cursor.execute(f"GRANT {quoted} TO CURRENT_USER")
            except ProgrammingError:
                print(
                    f"  the portal's role is missing; as the database's administrator run: CREATE ROLE {role} NOLOGIN;"
                )
                return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        for table in PUBLIC_TABLES:
            cursor.execute(f"GRANT SELECT ON {table} TO {quoted}")


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial"), ("search", "0001_bigrams")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        add_bigrams("registers_record", "search_text"),
        add_bigrams("public_record", "search_text"),
        migrations.RunPython(make_role, migrations.RunPython.noop),
    ]
