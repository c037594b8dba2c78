-- Names that only look like syntax, case, paths or commands.

SET ROLE "Coffre ""odd"" rôle %d \ 'x'";
CREATE SEQUENCE "odd ""schema"".%/\ é"."seq; -- x";
SELECT nextval('"odd ""schema"".%/\ é"."seq; -- x"');
CREATE TABLE "odd ""schema"".%/\ é"."all ""of"" it's %s.b/c\d:e*f?g|h&i;j#k" (
  "id"  int PRIMARY KEY, "select" text, "a""b" text, "c'd" text, "e f" text, "g.h" text, "i,j" text, "k\l" text, "m	n" text, "o%p" text, "Qr" text, "qr" text, "(s)" text, "$1" text,
  "é" text, U&"e\0301" text, "😀" text, "-- t" text, ":u" text, "{v}" text, "\N" text, "\." text);
INSERT INTO "odd ""schema"".%/\ é"."all ""of"" it's %s.b/c\d:e*f?g|h&i;j#k" VALUES (1, 'select'), (2, NULL);
RESET ROLE;
SET ROLE coffre_owner;
CREATE FUNCTION shop.make_odd(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE shop.%I (%I int PRIMARY KEY, %I text DEFAULT %L)', name, name || '.id', name || '.t', name);
  EXECUTE format('INSERT INTO shop.%I VALUES (1), (2)', name);
  EXECUTE format('CREATE INDEX %I ON shop.%I (%I)', left(name, 20) || ' index', name, name || '.t');
  EXECUTE format('COMMENT ON TABLE shop.%I IS %L', name, name);
END $$;
SELECT shop.make_odd(n) FROM unnest(ARRAY[
  'Customer', 'CUSTOMER', 'select', 'user', 'two words', ' leading', 'trailing ', ' ', 'a.b', '.', '..', 'a/b', '/', '../up', 'a\b', '\', '\.', '\q', '%', '%41', '100%',
  'it''s', '"', '""', 'a"b', '$$', '$1', ':x', '-', '--', '/*', '*', '?', '[a]', '{}', '~', '-rf', '#', 'é', E'e\u0301', 'ÉCOLE', 'école', 'ß', 'İ', '日本語', '😀', E'\u200b',
  E'new\nline', E'carriage\rreturn', E'tab\tbed', E'bell\u0007', E'del\u007f', E'\u0085', E'\u2028', 'CON', 'nul.copy', 'a.copy', 'a.copy.000001', 'manifest.json', 'schema.sql',
  'x = 1; DROP TABLE y', 'a,b', 'a;b', 'a=b', 'a&b', 'a|b', 'a<b>', '(a)', '0', '1e5', 'NULL', 'true',
  repeat('n', 60), repeat('é', 29), repeat('😀', 14), repeat('"', 60), repeat('\', 60), repeat('%', 60)]) n;
DROP FUNCTION shop.make_odd(text);
-- The longest name there is, 63 bytes, which two tables share but for the last.
SELECT format('CREATE TABLE shop.%I (a int PRIMARY KEY)', repeat('L', 62) || x) FROM unnest(ARRAY['a', 'b']) x \gexec
RESET ROLE;
