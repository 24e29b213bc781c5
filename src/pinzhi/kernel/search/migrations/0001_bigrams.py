"""The SQL functions that searching stands on: no extension, no ICU, the same on every PostgreSQL from 15 on."""

from django.db import migrations

# pinzhi_fold: width and case do not matter. NFKC makes full-width letters ASCII, and only ASCII letters are lowered,
# so that the answer is the same under every locale of the server. folding.py does exactly the same.
#
# pinzhi_bigrams: every two neighbouring characters, and the last one alone, so that a query of one character can ask
# for a prefix. Cutting the text in pairs twice, once from the second character on, with one regular expression each
# is three times as fast as taking it apart character by character: 12 µs for a name of 30 characters. The control
# character U+0001 separates the pairs; folding takes it out of the text before.
FORWARD = r"""
CREATE OR REPLACE FUNCTION pinzhi_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(lower(normalize($1, NFKC) COLLATE "C"), E'\x01', ' ')
$$;

CREATE OR REPLACE FUNCTION pinzhi_bigrams(text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
DECLARE
  folded text := replace(lower(normalize(left($1, 100000), NFKC) COLLATE "C"), E'\x01', ' ');
BEGIN
  RETURN array_to_tsvector(string_to_array(
    rtrim(
      rtrim(regexp_replace(folded, '..', E'\\&\x01', 'g'), E'\x01')
      || E'\x01'
      || rtrim(regexp_replace(substr(folded, 2), '..', E'\\&\x01', 'g'), E'\x01'),
      E'\x01'),
    E'\x01'));
END
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            FORWARD,
            "DROP FUNCTION IF EXISTS pinzhi_bigrams(text); DROP FUNCTION IF EXISTS pinzhi_fold(text);",
        )
    ]
