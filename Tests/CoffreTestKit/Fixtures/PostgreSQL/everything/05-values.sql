-- One row for every value that is hard to carry as text.

CREATE SCHEMA vals AUTHORIZATION coffre_owner;
SET ROLE coffre_owner;
CREATE TABLE vals.texts (id int PRIMARY KEY, t text, c char(5), v varchar(10), n name, ch "char");
INSERT INTO vals.texts VALUES
  (1, '', '', '', '', ''), (2, NULL, NULL, NULL, NULL, NULL), (3, '\N', '\N', '\N', '\N', '\'), (4, '\.', '\.', '\.', '\.', '.'),
  (5, E'\\.\n\\.\n', E'a\n', E'\t', E'a\nb', E'\t'), (6, E'line\rcarriage\r\nboth\n', 'a b  ', ' a ', ' x ', ' '),
  (7, E'tab\t back\b form\f vertical\v bell\a nul-like \\0 \\x00 \\000', NULL, NULL, NULL, '"'),
  (8, E'\\', E'\\\\', E'\\n', E'\\t', E'\\'), (9, E'\u0085\u2028\u2029\ufeff\uffff\U0001F600\U0010FFFF\ue000\u200d', 'éàü', '😀', 'naïve', NULL),
  (10, E'e\u0301 is not \u00e9', NULL, NULL, NULL, NULL), (11, '-- no comment; DROP TABLE x; $$ '' " :variable \gexec', NULL, NULL, NULL, NULL),
  (12, E'\\restrict x\n\\unrestrict x\n\\!\n\\q\nCOPY x FROM stdin;\n', NULL, NULL, NULL, NULL);
INSERT INTO vals.texts (id, t) SELECT 100, string_agg(chr(n), '') FROM generate_series(1, 767) n;
INSERT INTO vals.texts (id, ch) SELECT 1000 + n, n::"char" FROM generate_series(-128, 127) n;

CREATE TABLE vals.bytes (id int PRIMARY KEY, b bytea);
INSERT INTO vals.bytes SELECT 1, string_agg(set_byte('\x00'::bytea, 0, n), '' ORDER BY n) FROM generate_series(0, 255) n;
INSERT INTO vals.bytes VALUES (2, ''), (3, NULL), (4, '\x5c2e0a'), (5, '\x00'), (6, '\x5c78'), (7, '\x0a0d095c4e');
INSERT INTO vals.bytes SELECT 1000 + n, set_byte('\x00'::bytea, 0, n) FROM generate_series(0, 255) n;

CREATE TABLE vals.numbers (id int PRIMARY KEY, n numeric, f8 float8, f4 float4, i8 bigint, i4 int, i2 smallint, m money, n2 numeric(1000, 900), n3 numeric(2, -3));
INSERT INTO vals.numbers VALUES
  (1, 'NaN', 'NaN', 'NaN', 9223372036854775807, 2147483647, 32767, 92233720368547758.07, 0, 99000),
  (2, 'Infinity', 'Infinity', 'Infinity', -9223372036854775808, -2147483648, -32768, -92233720368547758.08, -1, -1000),
  (3, '-Infinity', '-Infinity', '-Infinity', 0, 0, 0, 0, 1e-900, 0),
  (4, 1e131071, 1.7976931348623157e308, 3.4028235e38, NULL, NULL, NULL, NULL, NULL, NULL),
  (5, 1e-16383, 5e-324, 1.4e-45, NULL, NULL, NULL, NULL, NULL, NULL), (6, -0.0, '-0', '-0', NULL, NULL, NULL, NULL, NULL, NULL),
  (7, 1.10, 0.1, 0.1, NULL, NULL, NULL, NULL, NULL, NULL), (8, 1.1, 0.15000000000000004, 16777217, NULL, NULL, NULL, NULL, NULL, NULL),
  (9, 123456789012345678901234567890.123456789012345678901234567890, 2.2250738585072014e-308, 1.17549435e-38, NULL, NULL, NULL, NULL, NULL, NULL),
  (10, 0.000, 9007199254740993, 0.3333333333333333, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE vals.times (id int PRIMARY KEY, ts timestamp, tz timestamptz, d date, t time, tt timetz, i interval, ts0 timestamp(0), i_ys interval year to month);
INSERT INTO vals.times VALUES
  (1, 'infinity', 'infinity', 'infinity', '24:00:00', '24:00:00+15:59', '178000000 years', 'infinity', '1 year 2 mons'),
  (2, '-infinity', '-infinity', '-infinity', '00:00:00', '00:00:00-15:59', '-178000000 years', '-infinity', '-1 year 2 mons'),
  (3, '4713-01-01 00:00:00 BC', '4713-01-02 00:00:00+00 BC', '4713-01-01 BC', '23:59:59.999999', '23:59:59.999999+05:30', '-1 mon +2 days -3:04:05.000006', NULL, NULL),
  (4, '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '5874897-12-31', '12:00', '12:00+00:00:01', '1 day -1 mon', '1999-12-31 23:59:59.6', NULL),
  (5, '1582-10-10', '2025-10-26 02:30:00 Europe/Paris', '0001-12-31 BC', '00:00:00.000001', '04:05:06-08', '00:00:00.000001', NULL, '0'),
  (6, '1900-01-01', '1900-01-01 00:00:00 Europe/Paris', '2000-02-29', NULL, NULL, '0', NULL, NULL);

CREATE TABLE vals.arrays (id int PRIMARY KEY, i int[], t text[], tt text[][], b bytea[], p shop.place[], s shop.state[], h tools.hstore[], bx box[], dm shop.names, f float8[3]);
INSERT INTO vals.arrays VALUES
  (1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{a}', '{}'),
  (2, '{1,NULL,3}', ARRAY['NULL', NULL, '', 'a"b', 'c\d', '{', '}', ',', ' ', E'\n', E'\\.', ''''], '{{a,b},{NULL,"NULL"}}',
   ARRAY['\x00ff'::bytea, NULL, ''], ARRAY[ROW('a"b', 1, ARRAY['x"y', 'z\w', NULL], 1)::shop.place, NULL, ROW(NULL, NULL, NULL, NULL)::shop.place],
   ARRAY['a,b', '', 'it''s "sent"', NULL]::shop.state[], ARRAY['"k\"ey"=>"v\"al", n=>NULL'::tools.hstore], '{((1,1),(0,0));((2,2),(1,1))}', '{"a b",c}', '{NaN,Infinity,-0}'),
  (3, '[-2:0]={1,2,3}', '[5:6]={a,b}', '[0:1][3:4]={{a,b},{c,d}}', NULL, NULL, NULL, NULL, NULL, '{"",NULL}', NULL);

CREATE TABLE vals.composites (id int PRIMARY KEY, p shop.place, t shop.trip, c shop.customer, r shop.float_range, mr nummultirange, tsr tsrange, ir int4range, tr daterange, fm shop.float_multirange);
INSERT INTO vals.composites (id, p, t, r, mr, tsr, ir, tr, fm) VALUES
  (1, ROW('', NULL, '{}', NULL), ROW(ROW('"', 1, ARRAY['"', '\'], 2), ARRAY[ROW('(,)', 2, NULL, NULL)::shop.place]), '[-Infinity,Infinity)', '{[1,2),(3,)}', '[-infinity,infinity]', 'empty', '[2020-01-01,)', '{[1,2],(3,4)}'),
  (2, ROW(NULL, NULL, NULL, NULL), NULL, '(NaN,NaN)', '{}', '(,)', '(,5]', 'empty', '{}'), (3, NULL, ROW(NULL, NULL), 'empty', NULL, NULL, '[1,1]', NULL, NULL);
UPDATE vals.composites SET c = (SELECT x FROM shop.customer x WHERE id = 100) WHERE id = 1;

CREATE TABLE vals.others (id int PRIMARY KEY, j json, jb jsonb, x xml, tv tsvector, tq tsquery, h tools.hstore, l tools.ltree, lq tools.lquery, ip inet, net cidr, mac macaddr,
  mac8 macaddr8, u uuid, b bit(5), vb bit varying, ci public.citext, cu tools.cube, p point, ln line, ls lseg, bo box, pa path, po polygon, ci2 circle,
  o oid, rc regclass, rp regprocedure, rt regtype, lsn pg_lsn, x8 xid8, td tid, sn pg_snapshot, jp jsonpath, q tools.query_int);
INSERT INTO vals.others (id, j, jb, x, tv, tq, h, l, lq, ip, net, mac, mac8, u, b, vb, ci, cu) VALUES
  (1, ' { "a" : 1, "a" : 2, "\u0000" : "\ud83d\ude00", "b":[1.10, 1e400, null] } ', '{"a": 1, "é": "\\ \" \n", "n": 1.10, "big": 1e400, "z": [], "": {}}',
   '<?xml version="1.0"?><a b="c">&lt;x&gt;<![CDATA[ ]]> é</a>', 'a:1A,2B ''it''''s'':3 ''b\\\\c''', '''a b'' & !c:*A <2> d', '"a b"=>"c\"d", e=>NULL, ""=>""',
   'Top.Sci.Astro', '*.Top@.!x*{1,2}', '::ffff:1.2.3.4/120', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', B'01010', B'', 'MiXed', '(1,NaN),(2,3)'),
  (2, 'null', 'null', XMLPARSE(CONTENT 'no element, just text &amp; <b/>'), '', '', '', '', '*', 'fe80::1', '::/0', NULL, NULL, '00000000-0000-0000-0000-000000000000', B'00000', B'1', '', NULL),
  (3, '"x"', '"x"', '', NULL, NULL, NULL, NULL, NULL, '0.0.0.0/0', '255.255.255.255', NULL, NULL, NULL, NULL, repeat('01', 500)::bit varying, NULL, NULL);
INSERT INTO vals.others (id, p, ln, ls, bo, pa, po, ci2, o, rc, rp, rt, lsn, x8, td, sn, jp, q) VALUES
  (4, '(NaN,-Infinity)', '{1,-1,0}', '[(0,0),(1e300,1e-300)]', '(2,2),(1,1)', '[(0,0),(1,1)]', '((0,0),(1,0),(0,1))', '<(0.1,0.2),0.3>', 4294967295,
   'shop.customer', 'shop.overloaded(text)', 'shop.place[]', 'FFFFFFFF/FFFFFFFF', '18446744073709551615', '(4294967295,65535)', '10:20:10,14,15', '$."a b"[*] ? (@ > 1 && @ like_regex "^\\d" flag "i")', '1&(2|!3)'),
  (5, '(-0,0)', NULL, NULL, NULL, '((0,0))', NULL, NULL, 0, '-', '-', 'pg_catalog."char"', '0/0', '0', '(0,1)', '1:1:', '$', NULL);

-- Values that lie outside of their row, compressed in each way or in none.
CREATE TABLE vals.toasted (id int PRIMARY KEY, plain text, main text, outside text, packed text COMPRESSION pglz, packed_lz4 text COMPRESSION lz4, bytes bytea);
ALTER TABLE vals.toasted ALTER plain SET STORAGE PLAIN, ALTER main SET STORAGE MAIN, ALTER outside SET STORAGE EXTERNAL;
INSERT INTO vals.toasted SELECT n, repeat('p', 100), repeat('main' || n, 500), hard, repeat(hard, 3), repeat(hard, 3), decode(hard, 'hex')
  FROM generate_series(1, 4) n, LATERAL (SELECT string_agg(md5(n || ':' || k), '') AS hard FROM generate_series(1, 300 * n) k) x;
INSERT INTO vals.toasted (id, packed, bytes) VALUES (9, repeat('z', 1500000), convert_to(repeat(E'\\', 100000), 'UTF8'));
RESET ROLE;
