-- Views of every kind, rules, triggers, and definitions that wait for each other.

SET ROLE coffre_owner;
CREATE VIEW shop.paying WITH (security_barrier = true, security_invoker = true) AS
  SELECT id, mail, "Full Name", state FROM shop.customer WHERE state = 'paid' WITH CASCADED CHECK OPTION;
CREATE VIEW shop.paying_here AS SELECT * FROM shop.paying WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW shop."view ""with"" odd\names" ("a b", "c""d", " ") AS SELECT 1, 'it''s'::text, E'\\'::text;
ALTER VIEW shop.paying ALTER COLUMN state SET DEFAULT 'paid';
CREATE RECURSIVE VIEW shop.countdown (n) AS VALUES (5) UNION ALL SELECT n - 1 FROM countdown WHERE n > 0;
CREATE VIEW shop.no_columns AS SELECT FROM shop.customer;
COMMENT ON VIEW shop.paying IS 'those who pay';
COMMENT ON COLUMN shop.paying.mail IS 'a view''s column';

-- Grouped by a key: the view needs the constraint, which is made after the rows; so do those that need the view.
CREATE VIEW shop.totals AS
  SELECT c.id, c."Full Name", count(p.id) AS purchases FROM shop.customer c LEFT JOIN shop.purchase p ON p.customer = c.id GROUP BY c.id;
CREATE FUNCTION shop.totals_of(shop.totals) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT $1.purchases';
CREATE VIEW shop.on_totals AS SELECT t.*, shop.totals_of(t) AS again FROM shop.totals t;
CREATE MATERIALIZED VIEW shop.kept_totals AS SELECT * FROM shop.totals;
CREATE MATERIALIZED VIEW shop.grouped AS SELECT c.id, c.note, count(*) FROM shop.customer c GROUP BY c.id;
CREATE FUNCTION shop.grouped_function() RETURNS bigint LANGUAGE sql STABLE
  BEGIN ATOMIC SELECT count(*) FROM (SELECT c.id, c.note FROM shop.customer c GROUP BY c.id) x; END;
-- A table and a function that need each other.
CREATE TABLE shop.looped (id int);
INSERT INTO shop.looped VALUES (1), (2);
CREATE FUNCTION shop.loop_check(shop.looped) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.id > 0';
ALTER TABLE shop.looped ADD CONSTRAINT looped_check CHECK (shop.loop_check(looped));

CREATE MATERIALIZED VIEW shop.sums WITH (fillfactor = 80) AS SELECT region, sum(amount) AS total FROM shop.sale GROUP BY region;
CREATE UNIQUE INDEX sums_region ON shop.sums (region);
ALTER MATERIALIZED VIEW shop.sums CLUSTER ON sums_region;
CREATE MATERIALIZED VIEW shop.a_sum_of_sums AS SELECT sum(total) AS total FROM shop.sums;
CREATE MATERIALIZED VIEW shop.unpopulated AS SELECT * FROM shop.sums WITH NO DATA;
CREATE INDEX ON shop.unpopulated (total);
COMMENT ON MATERIALIZED VIEW shop.sums IS 'as of the last refresh';

CREATE RULE no_delete AS ON DELETE TO shop.no_key DO INSTEAD NOTHING;
CREATE RULE logged AS ON INSERT TO shop.no_key WHERE new.b > 100 DO ALSO INSERT INTO shop.no_row VALUES (new.b);
CREATE RULE told AS ON UPDATE TO shop.no_key DO ALSO (NOTIFY something, 'it''s'; SELECT 1);
CREATE RULE "into view" AS ON INSERT TO shop."view ""with"" odd\names" DO INSTEAD INSERT INTO shop.no_key VALUES (new."c""d", new."a b") RETURNING b, a, 'x'::text;
ALTER TABLE shop.no_key DISABLE RULE logged;
COMMENT ON RULE no_delete ON shop.no_key IS 'nothing goes';

CREATE TRIGGER refused BEFORE INSERT OR UPDATE OF a OR DELETE ON shop.no_row FOR EACH ROW EXECUTE FUNCTION shop.refuse('arg''1', E'b\\c', '');
CREATE TRIGGER off AFTER UPDATE ON shop.customer FOR EACH ROW WHEN (old.note IS DISTINCT FROM new.note) EXECUTE FUNCTION shop.watch();
CREATE TRIGGER in_replica AFTER INSERT ON shop.customer REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION shop.watch();
CREATE TRIGGER always AFTER TRUNCATE ON shop.customer EXECUTE FUNCTION shop.watch();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON shop.purchase FROM shop.customer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.watch();
CREATE TRIGGER through_view INSTEAD OF INSERT ON shop.totals FOR EACH ROW EXECUTE FUNCTION shop.refuse();
ALTER TABLE shop.customer DISABLE TRIGGER off, ENABLE REPLICA TRIGGER in_replica, ENABLE ALWAYS TRIGGER always;
COMMENT ON TRIGGER off ON shop.customer IS 'off';
RESET ROLE;
CREATE FUNCTION tools.on_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG 'dropped'; END $$;
CREATE EVENT TRIGGER coffre_drops ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP FUNCTION') EXECUTE FUNCTION tools.on_drop();
CREATE EVENT TRIGGER coffre_off ON ddl_command_start EXECUTE FUNCTION tools.on_drop();
ALTER EVENT TRIGGER coffre_off DISABLE;
COMMENT ON EVENT TRIGGER coffre_drops IS 'looks on';
