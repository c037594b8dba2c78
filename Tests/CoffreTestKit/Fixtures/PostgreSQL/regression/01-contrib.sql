-- Everything that PostgreSQL's own extensions make, as objects of the database itself: no extension is left of it.
--
-- Debian ships no SQL of the regression tests (pg_regress alone, in postgresql-client); of what PostgreSQL itself makes of
-- functions, operators, their classes and families, casts, types and text search, this is the most that is at hand.

CREATE SCHEMA contrib;
SELECT format('CREATE EXTENSION %I SCHEMA contrib CASCADE', name) FROM pg_available_extensions
  WHERE name = ANY ('{amcheck,autoinc,bloom,btree_gin,btree_gist,citext,cube,dblink,dict_int,dict_xsyn,earthdistance,file_fdw,
    fuzzystrmatch,hstore,insert_username,intagg,intarray,isn,lo,ltree,moddatetime,pageinspect,pg_buffercache,pg_freespacemap,
    pg_prewarm,pg_stat_statements,pg_surgery,pg_trgm,pg_visibility,pg_walinspect,pgcrypto,pgrowlocks,pgstattuple,postgres_fdw,
    refint,seg,sslinfo,tablefunc,tcn,tsm_system_rows,tsm_system_time,unaccent,uuid-ossp,xml2}')
  ORDER BY name \gexec
DO $$
DECLARE
  member record;
BEGIN
  FOR member IN
    SELECT e.extname, replace(o.type, '-', ' ') AS type, o.identity FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid,
      pg_identify_object(d.classid, d.objid, d.objsubid) o
      WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname <> 'plpgsql' ORDER BY 1, 2, 3
  LOOP
    EXECUTE format('ALTER EXTENSION %I DROP %s %s', member.extname, member.type, member.identity);
  END LOOP;
END $$;
SELECT 'DROP EXTENSION ' || string_agg(quote_ident(extname), ', ') FROM pg_extension WHERE extname <> 'plpgsql' \gexec
