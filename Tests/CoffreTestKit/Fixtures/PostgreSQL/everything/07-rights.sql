-- Rights, default rights, row security, settings of the database, publications, foreign data.
-- Variables: file (a CSV file that the server can read).

GRANT USAGE ON SCHEMA shop TO coffre_reader WITH GRANT OPTION;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO coffre_reader;
SET ROLE coffre_owner;
GRANT SELECT, REFERENCES ON shop.customer TO coffre_reader WITH GRANT OPTION;
GRANT SELECT (id, "Full Name"), UPDATE ("Full Name") ON shop.customer TO coffre_writer;
GRANT INSERT (note) ON shop.customer TO PUBLIC;
REVOKE INSERT, TRUNCATE ON shop.purchase FROM coffre_owner;
GRANT ALL ON shop.purchase TO "Coffre ""odd"" rôle %d \ 'x'";
GRANT USAGE ON SEQUENCE shop.small TO coffre_writer;
GRANT SELECT ON shop.sums, shop.totals TO coffre_reader;
REVOKE ALL ON FUNCTION shop.quoted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.quoted() TO coffre_reader;
GRANT EXECUTE ON PROCEDURE shop.tidy(int) TO coffre_writer;
REVOKE USAGE ON TYPE shop.state FROM PUBLIC;
GRANT USAGE ON TYPE shop.state TO coffre_writer;
REVOKE USAGE ON TYPE shop.percent FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plalias FROM PUBLIC;
REVOKE ALL ON shop.no_column FROM coffre_owner;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO coffre_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT USAGE, SELECT ON SEQUENCES TO coffre_writer WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO coffre_writer;
RESET ROLE;
ALTER DEFAULT PRIVILEGES FOR ROLE coffre_owner GRANT USAGE ON SCHEMAS TO coffre_reader;
-- Passed on by somebody who is not the owner.
SET ROLE coffre_reader;
GRANT SELECT ON shop.customer TO coffre_bypass;
RESET ROLE;
GRANT SELECT ON pg_catalog.pg_authid TO coffre_bypass;

SET ROLE coffre_owner;
CREATE TABLE shop.secret (id int PRIMARY KEY, owner name, content text);
INSERT INTO shop.secret VALUES (1, 'coffre_writer', 'mine'), (2, 'nobody', 'hidden');
ALTER TABLE shop.secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON shop.secret FOR ALL TO coffre_writer, coffre_reader USING (owner = current_user) WITH CHECK (owner = current_user AND id > 0);
CREATE POLICY "not ""late""" ON shop.secret AS RESTRICTIVE FOR SELECT USING (id < 100);
COMMENT ON POLICY own_rows ON shop.secret IS 'each their own';
CREATE TABLE shop.enabled_only (id int);
INSERT INTO shop.enabled_only VALUES (1), (2);
ALTER TABLE shop.enabled_only ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.sale ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON shop.sale USING (true);
CREATE TABLE shop.policy_only (id int);
CREATE POLICY asleep ON shop.policy_only FOR INSERT WITH CHECK (EXISTS (SELECT FROM shop.secret s WHERE s.id = policy_only.id));
RESET ROLE;

CREATE FOREIGN DATA WRAPPER nothing OPTIONS (debug 'it''s true');
COMMENT ON FOREIGN DATA WRAPPER nothing IS 'without a handler';
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE SERVER far TYPE 'kind' VERSION '1.0' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', dbname 'far "away"', sslcert 'x''y');
ALTER SERVER far OWNER TO coffre_owner;
COMMENT ON SERVER far IS 'does not answer';
GRANT USAGE ON FOREIGN SERVER far TO coffre_writer;
GRANT USAGE ON FOREIGN DATA WRAPPER nothing TO coffre_owner WITH GRANT OPTION;
CREATE USER MAPPING FOR coffre_owner SERVER far OPTIONS (user 'far', password 'mapping-secret-93c2');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'everybody');
CREATE FOREIGN TABLE shop.from_file (id int OPTIONS (force_null 'true') NOT NULL, name text COLLATE "C" DEFAULT 'x', CHECK (id > 0)) SERVER files
  OPTIONS (filename :'file', format 'csv', header 'true');
ALTER FOREIGN TABLE shop.from_file ALTER COLUMN name SET STATISTICS 10;
CREATE FOREIGN TABLE shop.from_far (id int, name text OPTIONS (column_name 'na"me')) SERVER far OPTIONS (schema_name 'public', table_name 'it''s');
CREATE FOREIGN TABLE shop.part_far PARTITION OF shop.no_partition FOR VALUES IN (1) SERVER far;
COMMENT ON FOREIGN TABLE shop.from_far IS 'no rows here';
COMMENT ON COLUMN shop.from_far.name IS 'far';

CREATE PUBLICATION some_tables FOR TABLE shop.customer (id, mail), shop.no_row WHERE (a > 5), ONLY shop.vehicle WITH (publish = 'insert, truncate');
CREATE PUBLICATION "whole ""schema""" FOR TABLES IN SCHEMA shop, vals;
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = true);
CREATE PUBLICATION nothing;
ALTER PUBLICATION some_tables OWNER TO coffre_owner;
COMMENT ON PUBLICATION everything IS 'all of it';
CREATE SUBSCRIPTION coffre_subscription CONNECTION 'host=127.0.0.1 port=1 password=subscription-secret-77ab' PUBLICATION a, "b c"
  WITH (connect = false, enabled = false, slot_name = NONE, binary = true, streaming = true, synchronous_commit = 'off');
COMMENT ON SUBSCRIPTION coffre_subscription IS 'to nobody';

-- What belongs to the database itself.
SELECT format('ALTER DATABASE %I SET search_path = shop, public', current_database()) \gexec
SELECT format('ALTER DATABASE %I SET "shop.setting" = %L', current_database(), 'it''s "here" \ ;') \gexec
SELECT format('ALTER ROLE coffre_owner IN DATABASE %I SET statement_timeout = ''1h''', current_database()) \gexec
SELECT format('ALTER ROLE "Coffre ""odd"" rôle %%d \ ''x''" IN DATABASE %I SET search_path = %L, shop', current_database(), 'odd "schema".%/\ é') \gexec
SELECT format('ALTER DATABASE %I OWNER TO coffre_owner', current_database()) \gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT 77', current_database()) \gexec
SELECT format('COMMENT ON DATABASE %I IS %L', current_database(), E'a "database"\nof two lines, it''s \\') \gexec
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CREATE, CONNECT ON DATABASE %I TO coffre_writer WITH GRANT OPTION', current_database()) \gexec
