-- One line for everything that does not hold; nothing if all does.

SELECT 'the sum of the accounts is ' || coalesce(sum(balance), 0) FROM account HAVING coalesce(sum(balance), 0) <> 100000;
SELECT 'account ' || a.id || ' holds ' || a.balance || ', its transfers say ' || 1000 + coalesce(moved.amount, 0)
  FROM account a
  LEFT JOIN (SELECT id, sum(amount)::bigint AS amount
               FROM (SELECT source AS id, -amount AS amount FROM transfer UNION ALL SELECT target, amount FROM transfer) m
              GROUP BY id) moved USING (id)
 WHERE a.balance <> 1000 + coalesce(moved.amount, 0) ORDER BY a.id LIMIT 5;
SELECT 'parent ' || p.id || ' has ' || count(c.parent) || ' children' FROM parent p LEFT JOIN child c ON c.parent = p.id
 GROUP BY p.id HAVING count(c.parent) <> 3 OR min(c.number) <> 1 OR max(c.number) <> 3 ORDER BY p.id LIMIT 5;
SELECT 'child ' || c.number || ' of ' || c.parent || ' has no parent'
  FROM child c LEFT JOIN parent p ON p.id = c.parent WHERE p.id IS NULL ORDER BY c.parent, c.number LIMIT 5;
SELECT 'the counter of ' || name || ' says ' || value || ' for ' || counted
  FROM counter
  JOIN (SELECT 'parents' AS name, count(*) AS counted FROM parent UNION ALL SELECT 'transfers', count(*) FROM transfer) c USING (name)
 WHERE value <> counted ORDER BY name;
SELECT count(*) || ' counters' FROM counter HAVING count(*) <> 2;
SELECT count(*) || ' accounts' FROM account HAVING count(*) <> 100;
SELECT 'the next ' || what || ' would be ' || last || ', the greatest is ' || greatest
  FROM (SELECT 'transfer' AS what, (SELECT last_value FROM transfer_id_seq) AS last, (SELECT max(id) FROM transfer) AS greatest
        UNION ALL SELECT 'parent', (SELECT last_value FROM parent_id_seq), (SELECT max(id) FROM parent)) s
 WHERE greatest > last ORDER BY what;
