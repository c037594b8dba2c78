-- For a database in LATIN1; this file is UTF-8.
SET client_encoding = 'UTF8';
CREATE TABLE "été ÿ" (id int PRIMARY KEY, "café" text, b bytea);
INSERT INTO "été ÿ" SELECT n, chr(n), convert_to(chr(n), 'LATIN1') FROM generate_series(1, 255) n;
INSERT INTO "été ÿ" VALUES (256, 'naïve ¿½? ÀÿÐ', '\xe9'), (257, '', ''), (258, NULL, NULL);
COMMENT ON TABLE "été ÿ" IS 'àâçéèêëîïôûùüÿ';
CREATE TYPE "humeur" AS ENUM ('gâtée', 'ça va');
CREATE TABLE humeurs (h humeur[]);
INSERT INTO humeurs VALUES ('{gâtée,"ça va",NULL}');
CREATE FUNCTION "où"() RETURNS text LANGUAGE sql AS 'SELECT ''déjà''::text';
