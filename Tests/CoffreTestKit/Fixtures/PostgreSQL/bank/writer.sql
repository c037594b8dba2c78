\set a random(1, 100)
\set b random(1, 100)
\set amount random(1, 50)
\set doomed random(1, 400)
BEGIN;
-- Always in this order: no two of these wait for each other in a circle.
UPDATE counter SET value = value + 1 WHERE name = 'transfers';
UPDATE account SET balance = balance - :amount * (id = :a)::int + :amount * (id = :b)::int WHERE id IN (:a, :b);
INSERT INTO transfer (source, target, amount) VALUES (:a, :b, :amount);
WITH made AS (INSERT INTO parent (note) VALUES ('transfer of ' || :amount) RETURNING id)
  SELECT id AS parent FROM made \gset
INSERT INTO child SELECT :parent, number, repeat('child ', number) FROM generate_series(1, 3) number;
WITH gone AS (DELETE FROM parent WHERE id = :doomed RETURNING id)
  UPDATE counter SET value = value + 1 - (SELECT count(*) FROM gone) WHERE name = 'parents';
COMMIT;
