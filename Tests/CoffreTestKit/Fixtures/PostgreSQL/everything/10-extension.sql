-- An extension of the tests' own: tables and a sequence whose rows belong to the user, some, or none of them.

CREATE EXTENSION coffre_shelf;
INSERT INTO shelf.setting VALUES ('colour', 'green "a"'), ('empty', NULL);
INSERT INTO shelf.every_row VALUES (2, 'user''s');
INSERT INTO shelf.not_configuration VALUES (2, 'lost by design');
INSERT INTO shelf.child VALUES (1, 'colour');
SELECT setval('shelf.counter', 4711);
GRANT SELECT ON shelf.setting TO coffre_reader;
REVOKE SELECT ON shelf.every_row FROM PUBLIC;
