-- Kinds of objects that PostgreSQL's own regression tests make and `everything` does not.

CREATE SCHEMA kinds;

-- Types: a base type with every clause, ranges with every clause, domains over all that there is.
CREATE TYPE kinds.pair_range;
CREATE FUNCTION kinds.canonical(kinds.pair_range) RETURNS kinds.pair_range LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE FUNCTION kinds.distance(int, int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN ($1 - $2)::float8;
CREATE TYPE kinds.pair_range AS RANGE (SUBTYPE = int, SUBTYPE_OPCLASS = int4_ops, CANONICAL = kinds.canonical,
  SUBTYPE_DIFF = kinds.distance, MULTIRANGE_TYPE_NAME = kinds.pairs);
CREATE TYPE kinds.text_range AS RANGE (SUBTYPE = text, COLLATION = "C");
COMMENT ON TYPE kinds.text_range IS 'from word to word';
CREATE TYPE kinds.letters;
CREATE FUNCTION kinds.letters_in(cstring, oid, int) RETURNS kinds.letters LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION kinds.letters_out(kinds.letters) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE FUNCTION kinds.letters_receive(internal, oid, int) RETURNS kinds.letters LANGUAGE internal IMMUTABLE STRICT AS 'varcharrecv';
CREATE FUNCTION kinds.letters_send(kinds.letters) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'varcharsend';
CREATE TYPE kinds.letters (INPUT = kinds.letters_in, OUTPUT = kinds.letters_out, RECEIVE = kinds.letters_receive,
  SEND = kinds.letters_send, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout,
  LIKE = varchar, CATEGORY = 'S', PREFERRED = false, COLLATABLE = true);
CREATE CAST (kinds.letters AS varchar) WITHOUT FUNCTION AS IMPLICIT;
CREATE TYPE kinds.list;
CREATE FUNCTION kinds.list_in(cstring) RETURNS kinds.list LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION kinds.list_out(kinds.list) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE kinds.list (INPUT = kinds.list_in, OUTPUT = kinds.list_out, ELEMENT = float8, INTERNALLENGTH = 16,
  ALIGNMENT = double, SUBSCRIPT = raw_array_subscript_handler);
CREATE TYPE kinds.fixed;
CREATE FUNCTION kinds.fixed_in(cstring) RETURNS kinds.fixed LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION kinds.fixed_out(kinds.fixed) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE kinds.fixed (INPUT = kinds.fixed_in, OUTPUT = kinds.fixed_out, INTERNALLENGTH = 8, ALIGNMENT = double,
  PASSEDBYVALUE, DEFAULT = '42');
CREATE TYPE kinds.many AS (a kinds.fixed, b kinds.pairs[], c text COLLATE "C");
CREATE DOMAIN kinds.positive AS int CHECK (VALUE > 0);
CREATE DOMAIN kinds.even AS kinds.positive DEFAULT 2 CONSTRAINT is_even CHECK (VALUE % 2 = 0) NOT NULL;
CREATE DOMAIN kinds.of_many AS kinds.many CHECK ((VALUE).c <> 'no');
CREATE DOMAIN kinds.of_range AS kinds.pair_range CHECK (NOT isempty(VALUE));
CREATE DOMAIN kinds.words AS varchar(5)[] COLLATE "POSIX";
COMMENT ON DOMAIN kinds.even IS 'of positive ones';

-- Functions: windows, helpers of the planner, every way to return, transactions of a procedure's own.
CREATE FUNCTION kinds.rank_too() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_rank';
CREATE FUNCTION kinds.nth(anyelement, int) RETURNS anyelement LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_nth_value';
COMMENT ON FUNCTION kinds.rank_too() IS 'of a window';
CREATE FUNCTION kinds.series(int, int) RETURNS SETOF int LANGUAGE internal IMMUTABLE STRICT ROWS 10
  SUPPORT generate_series_int4_support AS 'generate_series_int4';
CREATE FUNCTION kinds.pairs_of(anycompatible, anycompatiblearray) RETURNS anycompatiblearray LANGUAGE sql
  AS 'SELECT array_append($2, $1)';
CREATE FUNCTION kinds.multi(anymultirange) RETURNS anyrange LANGUAGE internal IMMUTABLE STRICT AS 'range_merge_from_multirange';
CREATE FUNCTION kinds.rows_of(OUT a int, OUT b text) RETURNS SETOF record LANGUAGE plpgsql CALLED ON NULL INPUT VOLATILE
  PARALLEL RESTRICTED NOT LEAKPROOF AS $$ BEGIN RETURN QUERY SELECT 1, 'x'; END $$;
CREATE FUNCTION kinds.atomic(a int, b text DEFAULT 'x;y') RETURNS text LANGUAGE sql
  BEGIN ATOMIC
    SELECT 1;
    SELECT CASE WHEN a > 0 THEN b ELSE 'none; END' END;
  END;
CREATE PROCEDURE kinds.in_steps(rounds int, VARIADIC names text[]) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..rounds LOOP
    IF i % 2 = 0 THEN COMMIT; ELSE ROLLBACK AND CHAIN; END IF;
  END LOOP;
END $$;
CREATE PROCEDURE kinds.standard(INOUT a int, OUT b int) LANGUAGE sql BEGIN ATOMIC SELECT a + 1, a + 2; END;
GRANT EXECUTE ON ROUTINE kinds.atomic(int, text) TO PUBLIC;

-- Aggregates: moving, parallel, ordered and hypothetical sets, variadic, with an operator that sorts.
CREATE FUNCTION kinds.plus(int, int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';
CREATE FUNCTION kinds.minus(int, int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'int4mi';
CREATE FUNCTION kinds.negated(int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'int4um';
CREATE AGGREGATE kinds.moving(int) (SFUNC = kinds.plus, STYPE = int, SSPACE = 64, FINALFUNC = kinds.negated,
  FINALFUNC_MODIFY = SHAREABLE, INITCOND = '0', MSFUNC = kinds.plus, MINVFUNC = kinds.minus, MSTYPE = int, MSSPACE = 32,
  MFINALFUNC = kinds.negated, MFINALFUNC_MODIFY = READ_WRITE, MINITCOND = '0', COMBINEFUNC = kinds.plus, PARALLEL = safe);
CREATE AGGREGATE kinds.parts(int8) (SFUNC = int8_avg_accum, STYPE = internal, SERIALFUNC = int8_avg_serialize,
  DESERIALFUNC = int8_avg_deserialize, COMBINEFUNC = int8_avg_combine, FINALFUNC = numeric_poly_avg, PARALLEL = restricted);
CREATE AGGREGATE kinds.least(int) (SFUNC = int4smaller, STYPE = int, SORTOP = <);
CREATE AGGREGATE kinds.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi,
  STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE kinds.share(float8 ORDER BY float8) (SFUNC = ordered_set_transition, STYPE = internal,
  FINALFUNC = percentile_cont_float8_final, FINALFUNC_MODIFY = READ_ONLY);
COMMENT ON AGGREGATE kinds.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") IS 'of what might be';

-- Operators that tell each other, classes for hashes and with a storage of their own, a class of a foreign type.
CREATE FUNCTION kinds.same(kinds.fixed, kinds.fixed) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int8eq';
CREATE FUNCTION kinds.other(kinds.fixed, kinds.fixed) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int8ne';
CREATE FUNCTION kinds.hash(kinds.fixed) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'hashint8';
CREATE FUNCTION kinds.hash(kinds.fixed, int8) RETURNS int8 LANGUAGE internal IMMUTABLE STRICT AS 'hashint8extended';
CREATE OPERATOR kinds.= (FUNCTION = kinds.same, LEFTARG = kinds.fixed, RIGHTARG = kinds.fixed,
  COMMUTATOR = OPERATOR(kinds.=), NEGATOR = OPERATOR(kinds.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR kinds.<> (FUNCTION = kinds.other, LEFTARG = kinds.fixed, RIGHTARG = kinds.fixed,
  COMMUTATOR = OPERATOR(kinds.<>), NEGATOR = OPERATOR(kinds.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR CLASS kinds.fixed_hash DEFAULT FOR TYPE kinds.fixed USING hash AS
  OPERATOR 1 kinds.=, FUNCTION 1 kinds.hash(kinds.fixed), FUNCTION 2 kinds.hash(kinds.fixed, int8);
CREATE OPERATOR FAMILY kinds.lonely USING gin;
CREATE OPERATOR CLASS kinds.stored FOR TYPE text USING spgist AS OPERATOR 11 ~<~(text, text),
  FUNCTION 1 spg_text_config(internal, internal), FUNCTION 2 spg_text_choose(internal, internal),
  FUNCTION 3 spg_text_picksplit(internal, internal), FUNCTION 4 spg_text_inner_consistent(internal, internal),
  FUNCTION 5 spg_text_leaf_consistent(internal, internal), STORAGE text;

-- Tables: options of every kind, keys to and from partitions, identities of every kind, indexes with parameters.
CREATE TABLE kinds.numbered (
  id smallint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME kinds."odd; numbers" INCREMENT -2 MAXVALUE 10 MINVALUE -10 START 9),
  other bigint GENERATED ALWAYS AS IDENTITY (START -5 MINVALUE -9223372036854775808 CACHE 20),
  fixed kinds.fixed DEFAULT '7', letters kinds.letters(3), list kinds.list, span kinds.pair_range, spans kinds.pairs,
  words kinds.words, even kinds.even, many kinds.of_many, PRIMARY KEY (id) INCLUDE (other)
) WITH (toast_tuple_target = 4000, parallel_workers = 3, vacuum_truncate = false, autovacuum_analyze_scale_factor = 0.5);
INSERT INTO kinds.numbered (letters, list, span, spans, words, even, many) VALUES
  ('abc', '(1,2)', '[1,5]', '{[1,2],[4,9]}', '{a,b}', 4, ROW('8', ARRAY['{}'::kinds.pairs], 'x')), (NULL, NULL, NULL, NULL, NULL, 2, NULL);
CREATE INDEX ON kinds.numbered USING hash (fixed) WITH (fillfactor = 50);
CREATE INDEX ON kinds.numbered USING spgist (span) WITH (fillfactor = 60);
CREATE INDEX ON kinds.numbered USING gist (span) WITH (buffering = off);
ALTER TABLE kinds.numbered REPLICA IDENTITY NOTHING;
CREATE TABLE kinds.documents (id int, t text COLLATE "C", v tsvector GENERATED ALWAYS AS (to_tsvector('simple', t)) STORED,
  j jsonb, n int[], UNIQUE NULLS NOT DISTINCT (id)) USING heap;
INSERT INTO kinds.documents (id, t, j, n) VALUES (1, 'one two', '{"a": [1, 2]}', '{1}'), (NULL, '', 'null', NULL);
CREATE INDEX ON kinds.documents USING gist (v tsvector_ops (siglen = 100));
CREATE INDEX ON kinds.documents USING gin (j jsonb_path_ops, n) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE INDEX ON kinds.documents USING brin (id int4_minmax_multi_ops (values_per_range = 16), t text_bloom_ops) WITH (autosummarize = on);
CREATE UNIQUE INDEX ON kinds.documents ((t || 'x') COLLATE "POSIX" text_pattern_ops, id NULLS FIRST) NULLS NOT DISTINCT
  WITH (deduplicate_items = off) WHERE (j IS NOT NULL);
CREATE STATISTICS kinds.one_expression ON (lower(t)) FROM kinds.documents;
CREATE TABLE kinds.region (code text, id int, up int, PRIMARY KEY (code, id)) PARTITION BY LIST (code);
CREATE TABLE kinds.region_a PARTITION OF kinds.region FOR VALUES IN ('a') WITH (fillfactor = 80);
CREATE TABLE kinds.region_b PARTITION OF kinds.region (CONSTRAINT small CHECK (id < 1000)) FOR VALUES IN ('b', 'c') PARTITION BY RANGE (id);
CREATE UNLOGGED TABLE kinds.region_b1 PARTITION OF kinds.region_b FOR VALUES FROM (MINVALUE) TO (10);
CREATE TABLE kinds.region_b2 PARTITION OF kinds.region_b DEFAULT;
ALTER TABLE kinds.region ADD CONSTRAINT parent FOREIGN KEY (code, up) REFERENCES kinds.region (code, id) ON DELETE CASCADE DEFERRABLE;
INSERT INTO kinds.region VALUES ('a', 1, NULL), ('a', 2, 1), ('b', 5, NULL), ('c', 500, NULL), ('b', 50, 5);
CREATE TABLE kinds.town (id int PRIMARY KEY, code text DEFAULT 'a', region int DEFAULT 1,
  FOREIGN KEY (code, region) REFERENCES kinds.region ON DELETE SET DEFAULT (region) ON UPDATE RESTRICT INITIALLY DEFERRED);
INSERT INTO kinds.town VALUES (1, 'a', 1), (2, 'b', 50), (3, NULL, NULL);
CREATE TABLE kinds.log_of (at int, what text) PARTITION BY HASH (at);
CREATE TABLE kinds.log_of_0 PARTITION OF kinds.log_of FOR VALUES WITH (MODULUS 2, REMAINDER 0) TABLESPACE pg_default;
CREATE TABLE kinds.log_of_1 (what text, at int);
ALTER TABLE kinds.log_of ATTACH PARTITION kinds.log_of_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO kinds.log_of SELECT n, 'x' || n FROM generate_series(1, 20) n;
CREATE TABLE kinds.base_a (a int DEFAULT 1 NOT NULL, c int, CONSTRAINT same_check CHECK (c > 0));
CREATE TABLE kinds.base_b (b int, c int, CONSTRAINT same_check CHECK (c > 0));
CREATE TABLE kinds.base_c (c int DEFAULT 3) INHERITS (kinds.base_a);
CREATE TABLE kinds.heir (d int, c int NOT NULL DEFAULT 9) INHERITS (kinds.base_b, kinds.base_c);
INSERT INTO kinds.heir VALUES (1, 2, 3, 4);
INSERT INTO kinds.base_c VALUES (5, 6);
CREATE TABLE kinds.typed OF kinds.many (a WITH OPTIONS DEFAULT '1', CONSTRAINT c_once UNIQUE (c));
INSERT INTO kinds.typed VALUES ('1', NULL, 'c');
CREATE TABLE kinds.booking (room int, during kinds.pair_range, CONSTRAINT apart EXCLUDE USING gist (during WITH &&, during WITH -|-)
  WITH (fillfactor = 70) WHERE (room IS NOT NULL) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO kinds.booking VALUES (1, '[1,3]'), (1, '[10,12)'), (NULL, '[1,3]');

-- Views whose text is hard to write again.
CREATE VIEW kinds.grouped AS SELECT code, up, GROUPING(code, up) AS level, count(*) FILTER (WHERE id > 1) AS more,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY id DESC) AS middle FROM kinds.region
  GROUP BY GROUPING SETS ((code), CUBE (up), ROLLUP (code, up), ());
CREATE VIEW kinds.windows AS SELECT id, lag(id) OVER w AS before, sum(id) OVER (w ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING
  EXCLUDE TIES) AS around, kinds.rank_too() OVER (PARTITION BY code ORDER BY id NULLS LAST) AS place FROM kinds.region WINDOW w AS (ORDER BY id);
CREATE VIEW kinds.walk AS WITH RECURSIVE tree AS (
    SELECT code, id, up FROM kinds.region WHERE up IS NULL
    UNION ALL SELECT r.code, r.id, r.up FROM kinds.region r JOIN tree ON (r.code, r.up) = (tree.code, tree.id)
  ) SEARCH DEPTH FIRST BY id SET path CYCLE id SET is_loop USING trail
  SELECT code, id, is_loop FROM tree ORDER BY path, cardinality(trail);
CREATE VIEW kinds.aside AS WITH kept AS MATERIALIZED (SELECT 1 AS a), folded AS NOT MATERIALIZED (SELECT 2 AS b)
  SELECT k.a, f.b, l.*, s.n, t.* FROM kept k CROSS JOIN folded f
    LEFT JOIN LATERAL (SELECT k.a + f.b AS c) l ON true, ROWS FROM (generate_series(1, 2), unnest(ARRAY['x', 'y'])) WITH ORDINALITY AS s (n, x, o),
    kinds.rows_of() AS t (d, e);
CREATE VIEW kinds.sampled AS SELECT * FROM kinds.region TABLESAMPLE bernoulli (50) REPEATABLE (7) FOR SHARE SKIP LOCKED;
CREATE VIEW kinds.xml AS SELECT x.* FROM XMLTABLE(XMLNAMESPACES('urn:a' AS a), '/a:rows/a:row' PASSING (xml '<rows xmlns="urn:a"/>')
  COLUMNS n int PATH '@n' NOT NULL, o FOR ORDINALITY, t text PATH 'text()' DEFAULT 'none') x;
CREATE VIEW kinds.joined AS SELECT * FROM (kinds.base_a a JOIN kinds.base_b b USING (c) AS u) FULL JOIN kinds.typed AS y (c1, c2, c3) ON a.a = u.c;
CREATE VIEW kinds.picked AS SELECT DISTINCT ON (code) code, id, (ROW(id, up)) = ANY (SELECT 1, 2) AS is_pair, id IS DISTINCT FROM up AS differs,
  EXTRACT(epoch FROM interval '1 day') AS seconds, (n).a AS field, ARRAY(SELECT 1) AS list, x.n::text AS whole, id BETWEEN SYMMETRIC 3 AND 1 AS between
  FROM kinds.region, (SELECT ROW('1', NULL, 'z')::kinds.many AS n) x ORDER BY code, id USING > FETCH FIRST 2 ROWS WITH TIES;
CREATE MATERIALIZED VIEW kinds.of_views USING heap WITH (autovacuum_enabled = false) AS SELECT * FROM kinds.grouped;
CREATE VIEW kinds.changing AS SELECT id, t FROM kinds.documents WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE RULE several AS ON UPDATE TO kinds.town WHERE old.id IS DISTINCT FROM new.id
  DO ALSO (INSERT INTO kinds.log_of VALUES (new.id, 'a;b') ON CONFLICT DO NOTHING; UPDATE kinds.log_of SET what = DEFAULT WHERE at = old.id;
    DELETE FROM kinds.log_of USING kinds.region r WHERE at = r.id AND false);
CREATE FUNCTION kinds.noticed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER both_tables AFTER UPDATE ON kinds.documents REFERENCING OLD TABLE AS before NEW TABLE AS "after; all" FOR EACH STATEMENT EXECUTE FUNCTION kinds.noticed();
CREATE TRIGGER in_parts AFTER INSERT OR DELETE ON kinds.region FOR EACH ROW WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION kinds.noticed('a', 'b c');
ALTER TABLE kinds.region_a DISABLE TRIGGER in_parts;
ALTER FUNCTION kinds.noticed() DEPENDS ON EXTENSION plpgsql;
CREATE FUNCTION kinds.rewritten() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG 'rewritten'; END $$;
CREATE EVENT TRIGGER kinds_rewritten ON table_rewrite WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION kinds.rewritten();
ALTER EVENT TRIGGER kinds_rewritten ENABLE ALWAYS;
CREATE CONVERSION kinds.greek FOR 'ISO_8859_7' TO 'UTF8' FROM iso8859_to_utf8;
CREATE COLLATION kinds.phonebook (PROVIDER = icu, LOCALE = 'de-u-co-phonebk', DETERMINISTIC = true);
CREATE COLLATION kinds.no_accents (PROVIDER = icu, LOCALE = 'und-u-ks-level1-kc-true', DETERMINISTIC = false);
CREATE TABLE kinds.names (name text COLLATE kinds.no_accents PRIMARY KEY);
INSERT INTO kinds.names VALUES ('Zoë'), ('zoe'), ('ZOE!');
CREATE TEXT SEARCH DICTIONARY kinds.same_words (TEMPLATE = pg_catalog.synonym, SYNONYMS = 'synonym_sample', CASESENSITIVE = true);
CREATE TEXT SEARCH DICTIONARY kinds.ispelled (TEMPLATE = ispell, DICTFILE = ispell_sample, AFFFILE = ispell_sample, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY kinds.thesaurus_too (TEMPLATE = thesaurus, DICTFILE = thesaurus_sample, DICTIONARY = english_stem);
CREATE TEXT SEARCH CONFIGURATION kinds.many_words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION kinds.many_words ADD MAPPING FOR asciiword, hword, numword WITH kinds.same_words, kinds.ispelled, english_stem;
ALTER DEFAULT PRIVILEGES IN SCHEMA kinds REVOKE ALL ON ROUTINES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA kinds GRANT INSERT, TRIGGER ON TABLES TO PUBLIC;
GRANT SELECT (id, t), UPDATE (j) ON kinds.documents TO PUBLIC;
