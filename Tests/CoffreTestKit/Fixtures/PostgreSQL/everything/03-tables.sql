-- Tables of every build, without most of their rows.

SET ROLE coffre_owner;
CREATE TABLE shop.customer (
  id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 7 MINVALUE 1 MAXVALUE 100000 CACHE 3 CYCLE) PRIMARY KEY,
  gone int,
  mail shop.mail UNIQUE,
  "Full Name" text NOT NULL DEFAULT 'it''s "me"',
  state shop.state DEFAULT 'new',
  discount shop.percent,
  home shop.place DEFAULT ROW('street', 1, '{a}', 1.5),
  height_in int,
  height_cm numeric GENERATED ALWAYS AS (height_in * 2.54) STORED,
  name_length int GENERATED ALWAYS AS (pg_catalog.length("Full Name")) STORED,
  note text,
  code text COLLATE tools.numbered CONSTRAINT "code's check" CHECK (code <> 'x'),
  made timestamptz DEFAULT '2020-02-29 12:00:00+00',
  CONSTRAINT two_codes UNIQUE NULLS NOT DISTINCT (code, made) DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE shop.customer DROP COLUMN gone;
ALTER TABLE shop.customer ADD COLUMN late int NOT NULL DEFAULT 42;
INSERT INTO shop.customer (mail, "Full Name", state, discount, home, height_in, note, code) VALUES
  ('a@example.org', 'Ann "A" O''Hara', 'paid', 12.5, ROW('rue de l''Église', 3, ARRAY['x,y', 'q"r', NULL, ''], 10.00), 70, E'tab\tnl\nbs\\', '9'),
  ('B@Example.org', 'Bo', 'it''s "sent"', NULL, NULL, NULL, '\N', '10'),
  (NULL, '', '', 0, ROW(NULL, NULL, NULL, NULL), 0, '', NULL);
INSERT INTO shop.customer (id, mail, "Full Name", code) OVERRIDING SYSTEM VALUE VALUES (-5, 'c@example.org', 'before the first', 'c');
COMMENT ON TABLE shop.customer IS 'people;
-- who "buy" \. things''';
COMMENT ON COLUMN shop.customer."Full Name" IS 'never empty, said somebody';
COMMENT ON CONSTRAINT "code's check" ON shop.customer IS 'not x';
ALTER TABLE shop.customer ALTER COLUMN note SET STORAGE EXTERNAL, ALTER COLUMN code SET STATISTICS 777,
  ALTER COLUMN state SET (n_distinct = -0.25), ALTER COLUMN code SET COMPRESSION lz4;
ALTER TABLE shop.customer SET (fillfactor = 71, autovacuum_enabled = false, toast.autovacuum_vacuum_threshold = 1000);
ALTER TABLE shop.customer REPLICA IDENTITY FULL;
CREATE INDEX "by name" ON shop.customer USING btree (pg_catalog.lower("Full Name") DESC NULLS LAST, code COLLATE "C" text_pattern_ops)
  INCLUDE (mail) WITH (fillfactor = 66) WHERE state <> 'paid';
ALTER INDEX shop."by name" ALTER COLUMN 1 SET STATISTICS 400;
CREATE INDEX customer_code ON shop.customer (code);
ALTER TABLE shop.customer CLUSTER ON customer_code;
CREATE INDEX ON shop.customer USING gin (note tools.gin_trgm_ops);
CREATE INDEX ON shop.customer USING brin (made) WITH (pages_per_range = 4);
CREATE INDEX ON shop.customer USING hash (code);
COMMENT ON INDEX shop."by name" IS 'an index';
CREATE STATISTICS shop.name_and_code (ndistinct, dependencies, mcv) ON code, "Full Name" FROM shop.customer;
ALTER STATISTICS shop.name_and_code SET STATISTICS 200;
CREATE STATISTICS shop.expression ON (pg_catalog.length(note)), code FROM shop.customer;
COMMENT ON STATISTICS shop.name_and_code IS 'they go together';

CREATE TABLE shop.purchase (
  id serial PRIMARY KEY,
  customer bigint REFERENCES shop.customer ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
  during tstzrange,
  shelf int,
  amount int DEFAULT shop.standard(1, 2)
);
ALTER TABLE shop.purchase ADD CONSTRAINT one_at_a_time EXCLUDE USING gist (shelf WITH =, during WITH &&) WHERE (shelf > 0)
  DEFERRABLE;
INSERT INTO shop.purchase (customer, during, shelf) VALUES
  (100, '[2020-01-01 00:00+00,2020-02-01 00:00+00)', 1), (107, '[2020-02-01 00:00+00,)', 1), (100, 'empty', 2), (NULL, NULL, NULL);
INSERT INTO shop.purchase (customer, shelf, amount) VALUES (-5, -1, 0), (-5, -1, -7);
ALTER TABLE shop.purchase ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;
COMMENT ON CONSTRAINT positive ON shop.purchase IS 'from now on';
CREATE UNIQUE INDEX purchase_identity ON shop.purchase (id, amount);
ALTER TABLE shop.purchase ALTER COLUMN amount SET NOT NULL;
ALTER TABLE shop.purchase REPLICA IDENTITY USING INDEX purchase_identity;
CREATE UNIQUE INDEX promoted ON shop.purchase (id) INCLUDE (shelf);
ALTER TABLE shop.purchase ADD CONSTRAINT promoted UNIQUE USING INDEX promoted;

-- Keys in a circle, over two tables, and over one.
CREATE TABLE shop.hen (id int PRIMARY KEY, egg int NOT NULL);
CREATE TABLE shop.egg (id int PRIMARY KEY, hen int NOT NULL REFERENCES shop.hen);
ALTER TABLE shop.hen ADD CONSTRAINT hen_egg FOREIGN KEY (egg) REFERENCES shop.egg DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO shop.hen VALUES (1, 2), (2, 1);
INSERT INTO shop.egg VALUES (1, 1), (2, 2);
COMMIT;
CREATE TABLE shop.part (id int PRIMARY KEY, whole int REFERENCES shop.part, kin int);
INSERT INTO shop.part VALUES (1, NULL, 9), (2, 1, 9), (3, 3, 9);
ALTER TABLE shop.part ADD CONSTRAINT orphans FOREIGN KEY (kin) REFERENCES shop.part NOT VALID;
CREATE TABLE shop.pair (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE shop.pair_user (x int, y int, FOREIGN KEY (x, y) REFERENCES shop.pair (a, b) MATCH FULL ON DELETE SET NULL (y));
INSERT INTO shop.pair VALUES (1, 1);
INSERT INTO shop.pair_user VALUES (1, 1), (NULL, NULL);

-- No key, no column, no row, many columns.
CREATE TABLE shop.no_key (a text, b int);
INSERT INTO shop.no_key VALUES ('same', 1), ('same', 1), ('same', 1), (NULL, NULL), (NULL, NULL);
CREATE TABLE shop.no_column ();
INSERT INTO shop.no_column SELECT FROM generate_series(1, 5);
CREATE TABLE shop.all_columns_gone (a int);
ALTER TABLE shop.all_columns_gone DROP COLUMN a;
CREATE TABLE shop.no_row (a int PRIMARY KEY);
CREATE TABLE shop.only_generated (a int GENERATED ALWAYS AS (7) STORED);
INSERT INTO shop.only_generated DEFAULT VALUES;
INSERT INTO shop.only_generated DEFAULT VALUES;
SELECT format('CREATE TABLE shop.wide (%s)', string_agg(format('"column %s" smallint DEFAULT %s', n, n % 100), ', '))
  FROM generate_series(1, 1500) n \gexec
INSERT INTO shop.wide DEFAULT VALUES;
INSERT INTO shop.wide ("column 1500", "column 1") VALUES (-1, NULL);

CREATE UNLOGGED TABLE shop.unlogged (a serial, b text);
INSERT INTO shop.unlogged (b) VALUES ('one'), ('two');
CREATE TABLE shop.typed OF shop.place (street WITH OPTIONS PRIMARY KEY, price DEFAULT 3);
INSERT INTO shop.typed VALUES ('here', 1, '{}', 2.50);
RESET ROLE;
SET default_table_access_method = heap_too;
CREATE TABLE tools.other_method (a int);
RESET default_table_access_method;
INSERT INTO tools.other_method VALUES (1), (2);
CREATE TABLE tools.elsewhere (a int PRIMARY KEY USING INDEX TABLESPACE :"tablespace", b text) TABLESPACE :"tablespace";
INSERT INTO tools.elsewhere SELECT n, 'row ' || n FROM generate_series(1, 50) n;
CREATE INDEX ON tools.elsewhere USING gist_too (box(point(a, a), point(0, 0)));
CREATE INDEX ON tools.elsewhere (a tools.backwards_class);
CREATE TABLE tools.labelled (id int PRIMARY KEY, label tools.label, labels tools.label[]);
INSERT INTO tools.labelled VALUES (1, 'a b', '{"x;y";z}'), (2, DEFAULT, NULL);

-- Sequences.
SET ROLE coffre_owner;
CREATE SEQUENCE shop.uncalled START 17;
CREATE SEQUENCE shop.small AS smallint MINVALUE -3 MAXVALUE 3 START 2 CYCLE;
SELECT nextval('shop.small') FROM generate_series(1, 4);
CREATE SEQUENCE shop.downwards AS int INCREMENT -3 START -10 MINVALUE -1000 MAXVALUE -1 CACHE 5;
SELECT nextval('shop.downwards');
CREATE SEQUENCE shop.exhausted MAXVALUE 2;
SELECT nextval('shop.exhausted') FROM generate_series(1, 2);
CREATE SEQUENCE shop.huge START 9223372036854775806;
SELECT nextval('shop.huge');
CREATE SEQUENCE shop."Owned ""Seq""" OWNED BY shop.no_key.b;
SELECT setval('shop."Owned ""Seq"""', 1234, false);
CREATE UNLOGGED SEQUENCE shop.unlogged_numbers;
SELECT nextval('shop.unlogged_numbers');
COMMENT ON SEQUENCE shop.small IS 'goes round';
RESET ROLE;
