-- Partitions of every kind, and inheritance.

SET ROLE coffre_owner;
CREATE TABLE shop.sale_item (id int PRIMARY KEY);
INSERT INTO shop.sale_item SELECT generate_series(1, 60);
CREATE TABLE shop.sale (id int, day date NOT NULL, region text, amount numeric, note text) PARTITION BY RANGE (day);
CREATE TABLE shop.sale_2020 PARTITION OF shop.sale FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE shop.sale_2021 PARTITION OF shop.sale FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (region);
CREATE TABLE shop.sale_2021_eu PARTITION OF shop.sale_2021 FOR VALUES IN ('FR', 'DE', NULL);
CREATE TABLE shop.sale_2021_rest PARTITION OF shop.sale_2021 DEFAULT PARTITION BY HASH (id);
CREATE TABLE shop.sale_2021_rest_0 PARTITION OF shop.sale_2021_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.sale_2021_rest_1 PARTITION OF shop.sale_2021_rest FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- Its columns stand in another order, with one that is gone.
CREATE TABLE shop.sale_old (note text, x int, amount numeric, region text, day date NOT NULL, id int);
ALTER TABLE shop.sale_old DROP COLUMN x;
ALTER TABLE shop.sale ATTACH PARTITION shop.sale_old FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE shop.sale_other PARTITION OF shop.sale (amount DEFAULT 5 NOT NULL, CHECK (amount > -100)) DEFAULT;
INSERT INTO shop.sale SELECT n, date '2019-06-01' + n * 40, (ARRAY['FR', 'DE', 'US', NULL, 'JP'])[n % 5 + 1], n * 1.5, 'sale ' || n
  FROM generate_series(1, 60) n;
CREATE INDEX sale_amount ON shop.sale (amount);
CREATE UNIQUE INDEX sale_once ON shop.sale (id, day, region);
CREATE INDEX only_the_parent ON ONLY shop.sale (note);
CREATE INDEX sale_2020_note ON shop.sale_2020 (note);
ALTER INDEX shop.only_the_parent ATTACH PARTITION shop.sale_2020_note;
CREATE TRIGGER touched BEFORE INSERT ON shop.sale FOR EACH ROW EXECUTE FUNCTION shop.touch();
ALTER TABLE shop.sale_2020 DISABLE TRIGGER touched;
ALTER TABLE shop.sale ADD CONSTRAINT sale_of_item FOREIGN KEY (id) REFERENCES shop.sale_item (id);
COMMENT ON TABLE shop.sale_2021_rest_1 IS 'a leaf';
COMMENT ON INDEX shop.sale_amount IS 'in all parts';

-- A hash of an enum's values depends on their numbers, which a restore changes.
CREATE TABLE shop.by_state (id int, state shop.state) PARTITION BY HASH (state);
CREATE TABLE shop.by_state_0 PARTITION OF shop.by_state FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE shop.by_state_1 PARTITION OF shop.by_state FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE shop.by_state_2 PARTITION OF shop.by_state FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO shop.by_state SELECT n, (enum_range(NULL::shop.state))[n % 8 + 1] FROM generate_series(1, 40) n;
-- The same below a range, so that the root of the rows is two steps up.
CREATE TABLE shop.by_day (day int, state shop.state) PARTITION BY RANGE (day);
CREATE TABLE shop.by_day_1 PARTITION OF shop.by_day FOR VALUES FROM (0) TO (100) PARTITION BY HASH (state);
CREATE TABLE shop.by_day_1_0 PARTITION OF shop.by_day_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.by_day_1_1 PARTITION OF shop.by_day_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO shop.by_day SELECT n, (enum_range(NULL::shop.state))[n % 8 + 1] FROM generate_series(1, 40) n;
CREATE TABLE shop.by_enum_list (state shop.state, n int) PARTITION BY LIST (state);
CREATE TABLE shop.by_enum_list_a PARTITION OF shop.by_enum_list FOR VALUES IN ('new', 'it''s "sent"');
CREATE TABLE shop.by_enum_list_b PARTITION OF shop.by_enum_list DEFAULT;
INSERT INTO shop.by_enum_list VALUES ('new', 1), ('', 2), (NULL, 3);
CREATE TABLE shop.by_expression (t text) PARTITION BY RANGE (pg_catalog.lower(t) COLLATE "C", pg_catalog.length(t));
CREATE TABLE shop.by_expression_am PARTITION OF shop.by_expression FOR VALUES FROM (MINVALUE, MINVALUE) TO ('n', 0);
CREATE TABLE shop.by_expression_nz PARTITION OF shop.by_expression FOR VALUES FROM ('n', 0) TO (MAXVALUE, MAXVALUE);
INSERT INTO shop.by_expression VALUES ('Able'), ('zebra'), ('');
CREATE TABLE shop.no_partition (a int) PARTITION BY LIST (a);

-- Inheritance: from two parents, with columns merged, a default of its own, and rows in every one.
CREATE TABLE shop.vehicle (id int PRIMARY KEY, wheels int DEFAULT 4, CONSTRAINT rolls CHECK (wheels > 0));
CREATE TABLE shop.thing (name text NOT NULL, wheels int, CONSTRAINT only_here CHECK (name <> 'bike') NO INHERIT);
CREATE TABLE shop.bike (pedals int, wheels int DEFAULT 2) INHERITS (shop.vehicle, shop.thing);
CREATE TABLE shop.tandem (seats int GENERATED ALWAYS AS (pedals / 2) STORED) INHERITS (shop.bike);
ALTER TABLE shop.tandem ADD CONSTRAINT two CHECK (pedals = 4);
INSERT INTO shop.vehicle VALUES (1, 4), (2, 18);
INSERT INTO shop.thing VALUES ('stone', NULL);
INSERT INTO shop.bike (id, name, pedals) VALUES (3, 'bike', 2);
INSERT INTO shop.tandem (id, name, pedals) VALUES (4, 'tandem', 4);
-- Its columns stand in its parent's order already: where they do not, pg_dump moves them.
CREATE TABLE shop.late_child (id int NOT NULL, wheels int, note text, CONSTRAINT rolls CHECK (wheels > 0));
ALTER TABLE shop.late_child INHERIT shop.vehicle;
INSERT INTO shop.late_child VALUES (5, 3, 'late');
RESET ROLE;
