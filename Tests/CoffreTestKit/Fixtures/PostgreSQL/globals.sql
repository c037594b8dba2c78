-- What belongs to a whole server. Loaded once per server, before any `everything`.
-- Variables: tablespace (a name), folder (empty, of the server's user), labels (whether there is a provider of security labels).

CREATE ROLE coffre_admin NOLOGIN CREATEDB CREATEROLE;
CREATE ROLE coffre_owner LOGIN PASSWORD 'owner-secret-51f0' CONNECTION LIMIT 40 VALID UNTIL '2199-12-31 23:59:59+00';
CREATE ROLE coffre_reader NOLOGIN NOINHERIT;
CREATE ROLE coffre_writer LOGIN;
CREATE ROLE coffre_bypass LOGIN BYPASSRLS REPLICATION PASSWORD NULL;
CREATE ROLE "Coffre ""odd"" rôle %d \ 'x'" LOGIN;
GRANT coffre_reader TO coffre_owner WITH ADMIN OPTION;
GRANT coffre_reader, coffre_writer TO "Coffre ""odd"" rôle %d \ 'x'";
GRANT coffre_owner TO coffre_admin;
GRANT pg_monitor TO coffre_reader;
GRANT SET ON PARAMETER log_statement TO coffre_writer WITH GRANT OPTION;
SET ROLE coffre_owner;
GRANT coffre_reader TO coffre_bypass;
RESET ROLE;

ALTER ROLE coffre_owner SET search_path = shop, "odd ""schema"".%/\ é", public;
ALTER ROLE coffre_owner SET work_mem = '7MB';
ALTER ROLE coffre_writer SET datestyle = 'SQL, DMY';
ALTER ROLE ALL SET log_min_error_statement = 'error';

COMMENT ON ROLE coffre_owner IS 'owns what the tests make; it''s a "comment" with \ and
a second line';

CREATE TABLESPACE :"tablespace" OWNER coffre_owner LOCATION :'folder' WITH (random_page_cost = 1.5);
COMMENT ON TABLESPACE :"tablespace" IS 'beside the data folder';
GRANT CREATE ON TABLESPACE :"tablespace" TO coffre_writer;
\if :labels
SECURITY LABEL FOR coffre_test ON ROLE coffre_owner IS 'a role';
SECURITY LABEL FOR coffre_test ON TABLESPACE :"tablespace" IS 'a tablespace';
\endif
