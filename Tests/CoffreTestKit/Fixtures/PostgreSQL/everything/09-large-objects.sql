-- Large objects: rights, comments, emptiness, more than one page, holes.

SET ROLE coffre_owner;
SELECT lo_from_bytea(100001, (SELECT string_agg(set_byte('\x00'::bytea, 0, n), '' ORDER BY n) FROM generate_series(0, 255) n));
SELECT lo_create(100002);
SELECT lo_from_bytea(100003, decode(string_agg(md5(n::text), ''), 'hex')) FROM generate_series(1, 3000) n;
SELECT lo_create(100004);
SELECT lo_put(100004, 5000, 'after a hole');
COMMENT ON LARGE OBJECT 100001 IS 'every byte, it''s "so"';
GRANT SELECT ON LARGE OBJECT 100001 TO coffre_reader WITH GRANT OPTION;
GRANT SELECT, UPDATE ON LARGE OBJECT 100003 TO PUBLIC;
REVOKE ALL ON LARGE OBJECT 100004 FROM coffre_owner;
RESET ROLE;
SELECT lo_from_bytea(4294967295, 'the greatest number');
ALTER LARGE OBJECT 4294967295 OWNER TO "Coffre ""odd"" rôle %d \ 'x'";
CREATE TABLE tools.attachment (id int PRIMARY KEY, content oid);
INSERT INTO tools.attachment VALUES (1, 100001), (2, 100003);
