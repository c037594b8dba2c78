-- Schemas, extensions, languages, types, collations, conversions and access methods.

CREATE SCHEMA shop AUTHORIZATION coffre_owner;
CREATE SCHEMA tools;
CREATE SCHEMA "odd ""schema"".%/\ é" AUTHORIZATION "Coffre ""odd"" rôle %d \ 'x'";
CREATE SCHEMA empty_schema;
GRANT ALL ON SCHEMA tools TO coffre_owner;
COMMENT ON SCHEMA shop IS 'what is sold';
COMMENT ON SCHEMA public IS NULL;

CREATE EXTENSION hstore SCHEMA tools;
CREATE EXTENSION ltree SCHEMA tools;
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist SCHEMA tools;
CREATE EXTENSION pg_trgm SCHEMA tools;
CREATE EXTENSION cube SCHEMA tools;
CREATE EXTENSION intarray SCHEMA tools;
CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION tablefunc SCHEMA tools;
COMMENT ON EXTENSION hstore IS 'pairs, with a comment of our own';

-- pg_dump writes a language whole only where its functions stand outside of pg_catalog.
CREATE FUNCTION tools.plalias_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION tools.plalias_inline(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION tools.plalias_check(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE plalias HANDLER tools.plalias_call INLINE tools.plalias_inline VALIDATOR tools.plalias_check;
ALTER LANGUAGE plalias OWNER TO coffre_owner;
COMMENT ON LANGUAGE plalias IS 'plpgsql under another name';
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'never used';
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD gist_too TYPE INDEX HANDLER gisthandler;
COMMENT ON ACCESS METHOD heap_too IS 'heap under another name';

SET ROLE coffre_owner;
CREATE TYPE shop.state AS ENUM ('new', 'paid', 'it''s "sent"', 'a,b', E'tab\there', '', 'Ünïcode');
ALTER TYPE shop.state ADD VALUE 'checked' BEFORE 'paid';
CREATE TYPE shop.no_state AS ENUM ();
CREATE TYPE shop.place AS (street text, "House No." int, tags text[], price numeric(10,2));
COMMENT ON COLUMN shop.place."House No." IS 'with letters too, sometimes';
CREATE TYPE shop.trip AS (home shop.place, others shop.place[]);
CREATE DOMAIN shop.percent AS numeric(6,3) DEFAULT 0 CONSTRAINT in_range CHECK (VALUE BETWEEN 0 AND 100);
ALTER DOMAIN shop.percent ADD CONSTRAINT no_half CHECK (VALUE <> 50.5) NOT VALID;
COMMENT ON CONSTRAINT in_range ON DOMAIN shop.percent IS 'of a whole';
CREATE DOMAIN shop.names AS text[] NOT NULL CHECK (array_ndims(VALUE) = 1);
CREATE DOMAIN shop.mail AS public.citext CHECK (VALUE ~ '@');
CREATE TYPE shop.float_range AS RANGE (subtype = float8, subtype_diff = float8mi);
RESET ROLE;

CREATE TYPE shop.unfinished;

-- A base type over text's own functions.
CREATE TYPE tools.label;
CREATE FUNCTION tools.label_in(cstring) RETURNS tools.label LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION tools.label_out(tools.label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE TYPE tools.label (INPUT = tools.label_in, OUTPUT = tools.label_out, INTERNALLENGTH = variable, STORAGE = extended,
  CATEGORY = 'S', DEFAULT = 'none', DELIMITER = ';', COLLATABLE = true);
COMMENT ON TYPE tools.label IS 'text that is no text';
CREATE CAST (tools.label AS text) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (text AS tools.label) WITHOUT FUNCTION;
CREATE FUNCTION tools.state_number(shop.state) RETURNS int LANGUAGE sql IMMUTABLE
  AS $$ SELECT pg_catalog.length($1::pg_catalog.text) $$;
CREATE CAST (shop.state AS int) WITH FUNCTION tools.state_number(shop.state) AS ASSIGNMENT;
CREATE CAST (shop.place AS json) WITH INOUT;
COMMENT ON CAST (shop.state AS int) IS 'its length';

CREATE COLLATION tools.numbered (provider = icu, locale = 'en-u-kn-true');
CREATE COLLATION tools.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION tools.plain FROM "C";
ALTER COLLATION tools.numbered OWNER TO coffre_owner;
COMMENT ON COLLATION tools.numbered IS 'item 9 before item 10';
CREATE DEFAULT CONVERSION tools.latin_in FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION tools.latin_in IS 'the same as the built-in one';

-- Operators, their classes and families.
CREATE FUNCTION tools.longer(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT
  AS 'SELECT pg_catalog.length($1) > pg_catalog.length($2)';
CREATE FUNCTION tools.shorter(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT
  AS 'SELECT pg_catalog.length($1) < pg_catalog.length($2)';
CREATE OPERATOR tools.>>># (FUNCTION = tools.longer, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(tools.<<<#),
  RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR tools.<<<# (FUNCTION = tools.shorter, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(tools.>>>#));
CREATE FUNCTION tools.root(float8) RETURNS float8 LANGUAGE internal IMMUTABLE STRICT AS 'dsqrt';
CREATE OPERATOR tools.~~!@ (FUNCTION = tools.root, RIGHTARG = float8);
COMMENT ON OPERATOR tools.~~!@ (NONE, float8) IS 'a square root';
CREATE FUNCTION tools.backwards(int, int) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT pg_catalog.btint4cmp($2, $1)';
CREATE OPERATOR FAMILY tools.backwards_family USING btree;
CREATE OPERATOR CLASS tools.backwards_class FOR TYPE int USING btree FAMILY tools.backwards_family AS
  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 tools.backwards(int, int);
ALTER OPERATOR FAMILY tools.backwards_family USING btree ADD OPERATOR 1 > (bigint, int);
CREATE OPERATOR CLASS tools.box_too DEFAULT FOR TYPE box USING gist_too AS OPERATOR 3 &&,
  FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
  FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
  FUNCTION 7 gist_box_same(box, box, internal);
COMMENT ON OPERATOR CLASS tools.backwards_class USING btree IS 'the greatest first';
COMMENT ON OPERATOR FAMILY tools.backwards_family USING btree IS 'two types';

-- Full text search.
CREATE TEXT SEARCH PARSER tools.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE tools.simple_too (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY tools.short (TEMPLATE = tools.simple_too, accept = false);
CREATE TEXT SEARCH CONFIGURATION tools.french_too (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION tools.french_too ALTER MAPPING FOR asciiword, word WITH tools.short, french_stem;
CREATE TEXT SEARCH CONFIGURATION tools.own (PARSER = tools.words);
ALTER TEXT SEARCH CONFIGURATION tools.own ADD MAPPING FOR word WITH tools.short;
ALTER TEXT SEARCH CONFIGURATION tools.own OWNER TO coffre_owner;
COMMENT ON TEXT SEARCH CONFIGURATION tools.own IS 'own words';
COMMENT ON TEXT SEARCH DICTIONARY tools.short IS 'own dictionary';
COMMENT ON TEXT SEARCH PARSER tools.words IS 'own parser';
COMMENT ON TEXT SEARCH TEMPLATE tools.simple_too IS 'own template';
