-- Functions, procedures, aggregates, with every way to quote a body.

SET ROLE coffre_owner;
CREATE FUNCTION shop.quoted() RETURNS text LANGUAGE sql AS $outer$ SELECT $inner$it's $$ and $_$ and \. and \N$inner$ $outer$;
CREATE FUNCTION shop."odd ""name"" of; a \ function"("the arg" int DEFAULT 5, VARIADIC rest text[] DEFAULT '{"a''b","c\\d"}')
  RETURNS TABLE (a int, "B c" text) LANGUAGE plpgsql STABLE SECURITY DEFINER COST 7 ROWS 3
  SET search_path = shop, pg_temp SET work_mem FROM CURRENT SET application_name = 'it''s "so"' AS $function$
BEGIN
  /* a comment with 'quotes', "more" and lines that look like commands:
\echo nothing
\.
*/
  RETURN QUERY SELECT "the arg", rest[1] || $$;$$;
END $function$;
CREATE FUNCTION shop.in_out(IN a int, INOUT b int, OUT c text) LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS 'SELECT b + a, ''c''::text';
CREATE FUNCTION shop.standard(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE FUNCTION shop.overloaded(int) RETURNS text LANGUAGE sql AS 'SELECT ''int''::text';
CREATE FUNCTION shop.overloaded(text) RETURNS text LANGUAGE sql AS 'SELECT ''text''::text';
CREATE FUNCTION shop.overloaded(shop.place[]) RETURNS text LANGUAGE sql AS 'SELECT ''places''::text';
CREATE FUNCTION shop.poly(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION shop.loud(text) RETURNS text LANGUAGE plalias IMMUTABLE AS 'BEGIN RETURN pg_catalog.upper($1); END';
CREATE PROCEDURE shop.tidy(INOUT done int DEFAULT 0) LANGUAGE plpgsql AS $$ BEGIN done := done + 1; END $$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN NEW.note := pg_catalog.concat(NEW.note, '!'); END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION shop.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no, by a trigger'; END $$;
CREATE FUNCTION shop.watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
COMMENT ON FUNCTION shop.overloaded(text) IS 'of text';
COMMENT ON PROCEDURE shop.tidy(int) IS 'counts itself';

CREATE FUNCTION shop.join_step(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.concat($1, $2)';
CREATE AGGREGATE shop.joined(text) (SFUNC = shop.join_step, STYPE = text, INITCOND = '''"\', PARALLEL = safe);
CREATE AGGREGATE shop.total(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
COMMENT ON AGGREGATE shop.joined(text) IS 'one after the other';
RESET ROLE;
ALTER FUNCTION shop.in_out(int, int) LEAKPROOF;
CREATE AGGREGATE shop.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
  FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);

-- No one may ask for the time of their sleep: rights that differ from those of initdb, and from the extension's own.
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO coffre_reader;
REVOKE EXECUTE ON FUNCTION tools.normal_rand(int, float8, float8) FROM PUBLIC;
