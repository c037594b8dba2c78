-- For a database in SQL_ASCII, where text is any bytes but zero.
SET client_encoding = 'SQL_ASCII';
CREATE TABLE raw (id int PRIMARY KEY, t text, a text[]);
INSERT INTO raw SELECT n, chr(n), ARRAY[chr(n), NULL] FROM generate_series(1, 255) n;
INSERT INTO raw VALUES (256, E'caf\xe9 latin', NULL), (257, E'caf\xc3\xa9 utf', NULL), (258, E'\xff\xfe\x80\xc0 \xed\xa0\x80 \\ \t \n', NULL),
  (259, E'\x83\x5c\x95\x5c is Shift-JIS, whose second bytes are backslashes', E'{"\xe9\x5c\x5c"}');
DO $$ BEGIN EXECUTE pg_catalog.format('CREATE TABLE %I (%I text)', E'caf\xe9', E'\xff\xfe'); END $$;
DO $$ BEGIN EXECUTE pg_catalog.format('INSERT INTO %I VALUES (%L)', E'caf\xe9', E'\xfd'); END $$;
DO $$ BEGIN EXECUTE pg_catalog.format('COMMENT ON TABLE %I IS %L', E'caf\xe9', E'\x80 comment'); END $$;
