-- Everything that a database of MariaDB can hold; run in an empty one by `mariadb`.
SET NAMES utf8mb4;
SET sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION';
SET time_zone = '+00:00';

CREATE SEQUENCE numbers START 100 INCREMENT 5 CACHE 10;
CREATE SEQUENCE downward START -1 INCREMENT -1 MINVALUE -1000 MAXVALUE -1 NOCACHE CYCLE;
SELECT NEXTVAL(numbers), NEXTVAL(numbers), NEXTVAL(downward);

CREATE TABLE customer (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(100) NOT NULL COMMENT 'it''s a "name", with a , and a )',
  email VARCHAR(200) DEFAULT NULL,
  number BIGINT DEFAULT NEXTVAL(numbers),
  secret INT INVISIBLE DEFAULT 7,
  upper_name VARCHAR(100) AS (UPPER(name)) VIRTUAL,
  name_length INT AS (CHAR_LENGTH(name)) STORED,
  UNIQUE KEY email (email),
  KEY name (name(10)),
  KEY made (name_length, number),
  FULLTEXT KEY words (name, email),
  CONSTRAINT positive CHECK (number > 0 AND name <> 'KEY `x` (a, b)')
) ENGINE=InnoDB AUTO_INCREMENT=1000;
INSERT INTO customer (name, email) VALUES ('Ada', 'ada@example.org'), ('Bédé ''quoted''', NULL), ('tab\tnew\nline\\', 'c@example.org');
INSERT INTO customer (name, email, secret) VALUES ('😀', 'd@example.org', 9);
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
INSERT INTO customer (id, name) VALUES (0, 'zero');

CREATE TABLE purchase (
  id BIGINT NOT NULL AUTO_INCREMENT,
  customer INT UNSIGNED NOT NULL,
  parent BIGINT DEFAULT NULL,
  at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  amount DECIMAL(30,10) NOT NULL,
  PRIMARY KEY (id),
  KEY customer (customer),
  CONSTRAINT purchase_customer FOREIGN KEY (customer) REFERENCES customer (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT purchase_parent FOREIGN KEY (parent) REFERENCES purchase (id)
) ENGINE=InnoDB;
INSERT INTO purchase (customer, amount) VALUES (1000, 12345678901234567890.0123456789), (1001, -0.0000000001);
INSERT INTO purchase (customer, parent, amount) VALUES (1000, 1, 3);

-- Each refers to the other.
CREATE TABLE hen (id INT PRIMARY KEY, egg INT, KEY egg (egg)) ENGINE=InnoDB;
CREATE TABLE egg (id INT PRIMARY KEY, hen INT, CONSTRAINT egg_hen FOREIGN KEY (hen) REFERENCES hen (id)) ENGINE=InnoDB;
INSERT INTO hen VALUES (1, 1);
INSERT INTO egg VALUES (1, 1);
ALTER TABLE hen ADD CONSTRAINT hen_egg FOREIGN KEY (egg) REFERENCES egg (id);

SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE kinds (
  a TINYINT, b SMALLINT UNSIGNED, c MEDIUMINT, d INT(5) ZEROFILL, e BIGINT UNSIGNED,
  f FLOAT, g DOUBLE, h FLOAT(7,3), i DOUBLE(20,5), j DECIMAL(65,30),
  k BIT(1), l BIT(64), m BIT(9),
  n CHAR(5), o VARCHAR(20), p BINARY(4), q VARBINARY(20), r TINYTEXT, s LONGTEXT, t TINYBLOB, u LONGBLOB,
  v ENUM('x','y','it''s'), w SET('p','q','r'), x DATE, y DATETIME(6), z TIME(3), aa YEAR, ab TIMESTAMP NULL,
  ac JSON, ad GEOMETRY, ae POINT, af INET6, ag UUID
) ENGINE=InnoDB;
INSERT INTO kinds VALUES (
  -128, 65535, 8388607, 42, 18446744073709551615, 3.4028234e38, 1.7976931348623157e308, 1234.567, 123456.78901,
  12345678901234567890123456789012345.123456789012345678901234567890, 1, X'FFFFFFFFFFFFFFFF', b'100000001',
  'ab', 'trail ', X'00010000', X'00090A5C0D1A27FF', '', REPEAT('é', 1000), X'', X'000102030405060708090A0B0C0D0E0F5C5C4E',
  'it''s', 'p,r', '2021-02-31', '0000-00-00 00:00:00', '-838:59:59.999', 2155, '2024-03-31 02:30:00',
  '{"a": [1, "\\n", null]}', ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0))', 4326), POINT(1.5, -2.25), '2001:db8::1',
  '123e4567-e89b-12d3-a456-426655440000');
INSERT INTO kinds (f, g, h, x, v, w) VALUES (0.1, 0.1, -0.001, '0000-00-00', '', '');
INSERT INTO kinds (f, g) VALUES (16777217, -0e0), (1e-40, 4.9e-324), (NULL, NULL);
INSERT INTO kinds (o) VALUES ('\\N'), ('N'), ('NULL');

-- Every set of characters keeps its own bytes.
CREATE TABLE letters (
  id INT PRIMARY KEY, latin VARCHAR(50) CHARACTER SET latin1, chinese VARCHAR(50) CHARACTER SET gbk,
  wide VARCHAR(50) CHARACTER SET utf16, wider VARCHAR(50) CHARACTER SET utf32, japanese VARCHAR(50) CHARACTER SET sjis,
  three VARCHAR(50) CHARACTER SET utf8mb3, cased VARCHAR(50) COLLATE utf8mb4_bin, cyrillic TEXT CHARACTER SET koi8r
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO letters VALUES (1, 'déjà €', '稿誠', 'aé\n😀', '😀\t', 'ソ表', 'ñ', 'ß', 'Привет'), (2, X'80FF5C', X'B8E55C', '', NULL, X'835C', '', NULL, NULL);

CREATE TABLE `odd ``name``. /\\ é` (`a ``b` INT PRIMARY KEY, `select` INT, `c,d)` INT, KEY `k ``(` (`select`, `c,d)`)) ENGINE=InnoDB;
INSERT INTO `odd ``name``. /\\ é` VALUES (1, 2, 3);
CREATE TABLE keyless (a INT, b TEXT) ENGINE=InnoDB;
INSERT INTO keyless VALUES (1, 'twice'), (1, 'twice'), (NULL, NULL);
CREATE TABLE empty_one (a INT PRIMARY KEY) ENGINE=InnoDB COMMENT='nothing in it';
CREATE TABLE only_made (a INT AS (1) VIRTUAL, b INT AS (2) STORED) ENGINE=InnoDB;
INSERT INTO only_made VALUES (), (), ();
CREATE TABLE two_keys (a INT NOT NULL, b INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (a), KEY counted (b), UNIQUE KEY both_of (b, a)) ENGINE=InnoDB;
INSERT INTO two_keys (a) VALUES (5), (6);
CREATE TABLE squeezed (id INT PRIMARY KEY, t TEXT COMPRESSED) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;
INSERT INTO squeezed VALUES (1, REPEAT('a', 5000));

CREATE TABLE plain_isam (id INT PRIMARY KEY, t VARCHAR(20), KEY t (t), FULLTEXT KEY words (t)) ENGINE=MyISAM;
INSERT INTO plain_isam VALUES (1, 'no transactions'), (2, NULL);
CREATE TABLE aria_one (id INT AUTO_INCREMENT PRIMARY KEY, t BLOB) ENGINE=Aria;
INSERT INTO aria_one (t) VALUES ('crash safe'), (X'00');
CREATE TABLE in_memory (id INT PRIMARY KEY, KEY h USING HASH (id)) ENGINE=MEMORY;
INSERT INTO in_memory VALUES (1);
CREATE TABLE comma_values (id INT NOT NULL, t VARCHAR(20) NOT NULL) ENGINE=CSV;
INSERT INTO comma_values VALUES (1, 'a,b');
CREATE TABLE merged_part (id INT, KEY (id)) ENGINE=MyISAM;
INSERT INTO merged_part VALUES (1);
CREATE TABLE merged (id INT, KEY (id)) ENGINE=MERGE UNION=(merged_part);

CREATE TABLE by_range (id INT NOT NULL, at DATE NOT NULL, PRIMARY KEY (id, at), KEY at (at)) ENGINE=InnoDB
  PARTITION BY RANGE (YEAR(at)) (PARTITION old VALUES LESS THAN (2020), PARTITION now VALUES LESS THAN MAXVALUE);
INSERT INTO by_range VALUES (1, '2019-05-05'), (2, '2024-05-05');
CREATE TABLE by_hash (id INT PRIMARY KEY) ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 3;
INSERT INTO by_hash VALUES (1), (2), (3), (4);

CREATE TABLE remembered (id INT PRIMARY KEY, v VARCHAR(10)) ENGINE=InnoDB WITH SYSTEM VERSIONING;
INSERT INTO remembered VALUES (1, 'first'), (2, 'gone');
UPDATE remembered SET v = 'second' WHERE id = 1;
DELETE FROM remembered WHERE id = 2;
CREATE TABLE remembered_named (
  id INT PRIMARY KEY, v INT, since TIMESTAMP(6) GENERATED ALWAYS AS ROW START INVISIBLE,
  until TIMESTAMP(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (since, until)
) ENGINE=InnoDB WITH SYSTEM VERSIONING;
INSERT INTO remembered_named (id, v) VALUES (1, 1);
UPDATE remembered_named SET v = 2;
CREATE TABLE booked (
  room INT, since DATE, until DATE, PERIOD FOR stay (since, until), UNIQUE (room, stay WITHOUT OVERLAPS)
) ENGINE=InnoDB;
INSERT INTO booked VALUES (1, '2024-01-01', '2024-01-05'), (1, '2024-01-05', '2024-01-07');

-- Views see each other, whatever their names; one of them by a function.
CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC NO SQL RETURN n * 2;
CREATE VIEW z_base AS SELECT id, name, twice(id) AS double_id FROM customer WHERE id > 0;
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW a_on_z AS SELECT id, name AS `odd ``name` FROM z_base WITH CASCADED CHECK OPTION;
CREATE VIEW constant AS SELECT 'é' AS letter, 1 + 1 AS `1 + 1`;
CREATE TABLE about_to_go (a INT);
CREATE VIEW broken AS SELECT a FROM about_to_go;
DROP TABLE about_to_go;

DELIMITER //
CREATE PROCEDURE fill (IN n INT, OUT total INT) COMMENT 'it''s ;; for nobody' MODIFIES SQL DATA
BEGIN
  DECLARE i INT DEFAULT 0;
  -- a remark; with a 'quote
  WHILE i < n DO
    INSERT INTO keyless VALUES (i, CONCAT('row ;; ', i));
    SET i = i + 1;
  END WHILE;
  SELECT COUNT(*) INTO total FROM keyless;
END//
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'//
CREATE FUNCTION ansi () RETURNS VARCHAR(20) DETERMINISTIC RETURN 'a' || 'b'//
CREATE PROCEDURE "quoted name" () SELECT "id" FROM customer//
SET sql_mode = 'ORACLE'//
CREATE PACKAGE tools AS
  FUNCTION one RETURN INT;
END//
CREATE PACKAGE BODY tools AS
  FUNCTION one RETURN INT AS BEGIN RETURN 1; END;
END//
SET sql_mode = 'NO_BACKSLASH_ESCAPES'//
CREATE FUNCTION backslash () RETURNS VARCHAR(20) DETERMINISTIC RETURN '\'//
SET sql_mode = ''//
SET NAMES latin1//
CREATE FUNCTION latin () RETURNS VARCHAR(20) CHARSET utf8mb4 DETERMINISTIC RETURN 'plain'//
SET NAMES utf8mb4//
CREATE FUNCTION letter () RETURNS VARCHAR(20) CHARSET utf8mb4 DETERMINISTIC RETURN 'é😀'//
CREATE AGGREGATE FUNCTION last_of (x INT) RETURNS INT DETERMINISTIC
BEGIN
  DECLARE result INT DEFAULT NULL;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN result;
  LOOP
    FETCH GROUP NEXT ROW;
    SET result = x;
  END LOOP;
END//
CREATE TRIGGER first_of_all BEFORE INSERT ON purchase FOR EACH ROW SET NEW.amount = NEW.amount + 0//
CREATE TRIGGER later BEFORE INSERT ON purchase FOR EACH ROW FOLLOWS first_of_all
BEGIN
  IF NEW.amount IS NULL THEN SET NEW.amount = 1; END IF;
END//
CREATE TRIGGER in_between BEFORE INSERT ON purchase FOR EACH ROW FOLLOWS first_of_all SET NEW.amount = NEW.amount * 1//
CREATE TRIGGER gone AFTER DELETE ON customer FOR EACH ROW INSERT INTO keyless VALUES (OLD.id, OLD.name)//
SET time_zone = 'SYSTEM'//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s night'
  DO DELETE FROM keyless WHERE a IS NULL//
CREATE EVENT once ON SCHEDULE AT '2035-01-01 00:00:00' DO BEGIN SELECT 1; SELECT 2; END//
DELIMITER ;
SET time_zone = '+00:00';
CREATE DEFINER=`nobody`@`nowhere` VIEW of_nobody AS SELECT 1 AS a;
