-- Its tables: `setting` some of whose rows are the user's, `every_row` and `child` all, `not_configuration` none.
CREATE TABLE setting (name text PRIMARY KEY, value text, built_in boolean NOT NULL DEFAULT false);
CREATE TABLE every_row (id int PRIMARY KEY, note text);
CREATE TABLE child (id int PRIMARY KEY, setting text REFERENCES setting);
CREATE TABLE not_configuration (id int PRIMARY KEY, note text);
CREATE SEQUENCE counter;
CREATE FUNCTION shelf_size() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM @extschema@.setting';
GRANT SELECT ON every_row TO PUBLIC;
INSERT INTO setting VALUES ('version', '1', true);
INSERT INTO not_configuration VALUES (1, 'made with the extension');
SELECT pg_catalog.pg_extension_config_dump('setting', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('every_row', '');
SELECT pg_catalog.pg_extension_config_dump('child', '');
SELECT pg_catalog.pg_extension_config_dump('counter', '');
