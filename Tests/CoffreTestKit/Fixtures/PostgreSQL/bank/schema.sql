-- What only one instant satisfies: see check.sql. Loaded into an empty database.

CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
INSERT INTO account SELECT n, 1000 FROM generate_series(1, 100) n;
CREATE TABLE transfer (
  id bigserial PRIMARY KEY,
  source int NOT NULL REFERENCES account,
  target int NOT NULL REFERENCES account,
  amount bigint NOT NULL
);
CREATE TABLE parent (id bigserial PRIMARY KEY, note text NOT NULL);
CREATE TABLE child (
  parent bigint NOT NULL REFERENCES parent ON DELETE CASCADE,
  number int NOT NULL,
  note text NOT NULL,
  PRIMARY KEY (parent, number)
);
CREATE TABLE counter (name text PRIMARY KEY, value bigint NOT NULL);
INSERT INTO parent (note) SELECT 'first ' || n FROM generate_series(1, 200) n;
INSERT INTO child SELECT id, number, 'child ' || number FROM parent, generate_series(1, 3) number;
INSERT INTO counter VALUES ('parents', 200), ('transfers', 0);
