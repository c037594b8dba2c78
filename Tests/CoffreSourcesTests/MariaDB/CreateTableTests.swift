import CoffreTestKit
import Testing

@testable import CoffreSources

@Suite("Definitions of tables, taken apart")
struct CreateTableTests {
  private static let statement = #"""
    CREATE TABLE `shop` (
      `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
      `name` varchar(100) NOT NULL COMMENT 'it''s, a ) \' KEY `x` (',
      `number` bigint(20) DEFAULT nextval(`sales`.`numbers`),
      `shop` int(11) DEFAULT NULL,
      PRIMARY KEY (`id`),
      UNIQUE KEY `name, ``x` (`name`(10),`shop`),
      KEY `number` (`number`) COMMENT 'a,b',
      FULLTEXT KEY `words` (`name`),
      SPATIAL KEY `place` (`place`),
      CONSTRAINT `one` FOREIGN KEY (`shop`) REFERENCES `shop` (`id`) ON DELETE SET NULL,
      CONSTRAINT `two` CHECK (`id` > 0 and `name` <> 'FOREIGN KEY (a, b)')
    ) ENGINE=InnoDB AUTO_INCREMENT=1004 DEFAULT CHARSET=utf8mb4
    """#

  @Test func `keys and foreign keys come afterwards, all else at once`() {
    let table = CreateTable(Self.statement, name: "shop", in: "sales", takesApart: true)
    #expect(
      table.keyStatements == [
        "ALTER TABLE `shop`\n  ADD UNIQUE KEY `name, ``x` (`name`(10),`shop`),\n  ADD KEY `number` (`number`) COMMENT 'a,b'",
        "ALTER TABLE `shop`\n  ADD FULLTEXT KEY `words` (`name`)",
        "ALTER TABLE `shop`\n  ADD SPATIAL KEY `place` (`place`)",
      ])
    #expect(
      table.foreignKeyStatements == [
        "ALTER TABLE `shop`\n  ADD CONSTRAINT `one` FOREIGN KEY (`shop`) REFERENCES `shop` (`id`) ON DELETE SET NULL"
      ])
    #expect(table.table.hasPrefix("CREATE TABLE `shop` (\n  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,\n"))
    #expect(table.table.contains("  PRIMARY KEY (`id`),\n  CONSTRAINT `two` CHECK"))
    #expect(table.table.hasSuffix(")\n) ENGINE=InnoDB AUTO_INCREMENT=1004 DEFAULT CHARSET=utf8mb4"))
    #expect(!table.table.contains("words") && table.table.contains("KEY `x` ("))
  }

  @Test func `the database need not be named, a table of its name is`() {
    let table = CreateTable(Self.statement, name: "shop", in: "sales", takesApart: true)
    #expect(table.table.contains("DEFAULT nextval(`numbers`)"))
    let other = CreateTable(Self.statement, name: "shop", in: "other", takesApart: true)
    #expect(other.table.contains("DEFAULT nextval(`sales`.`numbers`)"))
  }

  @Test func `where nothing is gained keys stay, foreign keys never do`() {
    let table = CreateTable(Self.statement, name: "shop", in: "sales", takesApart: false)
    #expect(table.keyStatements == [])
    #expect(table.foreignKeys.count == 1)
    #expect(table.table.contains("FULLTEXT KEY `words` (`name`)") && !table.table.contains("REFERENCES"))
  }

  @Test func `the key that numbers need stays with them`() {
    let table = CreateTable(
      """
      CREATE TABLE `t` (
        `a` int(11) NOT NULL,
        `b` int(11) NOT NULL AUTO_INCREMENT,
        PRIMARY KEY (`a`),
        KEY `counted` (`b`),
        KEY `other` (`a`,`b`)
      ) ENGINE=InnoDB
      """, name: "t", in: "d", takesApart: true)
    #expect(table.table.contains("KEY `counted` (`b`)"))
    #expect(table.keys == [["KEY `other` (`a`,`b`)"]])
  }

  /// As MySQL 8.0.30 writes it, with a key of its own making, keys of expressions, and remarks for older versions.
  @Test func `definitions of MySQL are taken apart, too`() {
    let table = CreateTable(
      """
      CREATE TABLE `orders` (
        `my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */,
        `id` int NOT NULL,
        `name` varchar(100) COLLATE utf8mb4_0900_as_cs DEFAULT NULL /*!80023 INVISIBLE */,
        `total` decimal(10,2) GENERATED ALWAYS AS ((`id` * 2)) STORED,
        `j` json DEFAULT NULL,
        PRIMARY KEY (`my_row_id`),
        UNIQUE KEY `u` ((lower(`name`)),`id`),
        KEY `k` (`id` DESC) /*!80000 INVISIBLE */,
        KEY `many` ((cast(`j` as unsigned array))),
        CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `x` (`id`),
        CONSTRAINT `c` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
      """, name: "orders", in: "shop", takesApart: true)
    let keys = [
      "UNIQUE KEY `u` ((lower(`name`)),`id`)", "KEY `k` (`id` DESC) /*!80000 INVISIBLE */",
      "KEY `many` ((cast(`j` as unsigned array)))",
    ]
    #expect(table.keys == [keys])
    #expect(table.foreignKeys == ["CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `x` (`id`)"])
    #expect(table.table.contains("AUTO_INCREMENT /*!80023 INVISIBLE */,\n  `id` int NOT NULL"))
    #expect(table.table.contains("CONSTRAINT `c` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */\n) ENGINE=InnoDB"))
  }

  @Test func `a counter is no part of the shape`() {
    #expect(CreateTable.withoutCounter(Self.statement).contains("ENGINE=InnoDB  DEFAULT CHARSET"))
    #expect(
      CreateTable.withoutCounter("CREATE TABLE `t` (`AUTO_INCREMENT=5` int)")
        == "CREATE TABLE `t` (`AUTO_INCREMENT=5` int)")
  }

  @Test func `columns that ask a sequence of another database are told its new name`() {
    #expect(
      CreateTable.columns(of: Self.statement, naming: "sales", as: "a`b")
        == ["`number` bigint(20) DEFAULT nextval(`a``b`.`numbers`)"])
    // A column may have the database's name.
    #expect(CreateTable.columns(of: Self.statement, naming: "shop", as: "other") == [])
    #expect(CreateTable.sequences(of: Self.statement, in: "sales") == ["numbers"])
    #expect(CreateTable.sequences(of: Self.statement, in: "other") == [])
    #expect(CreateTable.sequences(of: "CREATE TABLE `t` (`a` int DEFAULT nextval(`n``x`))", in: "x") == ["n`x"])
  }
}
