import CoffreCore
import PostgresKit

/// A table whose rows are taken, in one part or several.
struct DumpedTable: Sendable {
  let relation: PostgresRelation
  /// Those that COPY brings, in its order.
  let columns: [PostgresColumn]
  /// Names of the columns whose values name one row; empty if there are none.
  let key: [String]
  /// `schema.name` of the partitioned table that must find each row's place anew; `nil` to load the table itself.
  let root: PostgresRelation?
  /// Of the rows that are taken, of an extension's table; empty for all.
  let condition: String
  let sizeInBytes: Int64
  /// Numbers of blocks where parts begin; the last part is open to its end.
  let partStarts: [Int64]

  /// For people.
  var subject: String { "table \(relation.schema).\(relation.name)" }  // not for people: a name
  var schemaFolder: PathBytes { EscapedName.fileName(of: relation.schema) }
  var fileName: PathBytes { EscapedName.fileName(of: relation.name, suffix: ".copy") }
  /// Below the database's folder.
  var path: String { displayed(Array("data/".utf8) + schemaFolder + [UInt8(ascii: "/")] + fileName) }

  /// Ranges of blocks are read by several connections. They lie at multiples of this, so that the parts of one backup are
  /// those of the next, and equal rows come in equal chunks.
  static let blocksPerPart: Int64 = 8192

  /// In bytes. Long values lie outside the table's own blocks: where so many blocks have more than this, a part is half
  /// as many, and half of that; then the new boundaries are between the old ones.
  static let largestPart: Int64 = 128 << 20
  /// In bytes. Beyond, single rows are so large that only one of them should be in memory.
  static let largestBlock: Int64 = 1 << 30

  /// - Parameters:
  ///   - blocks: that the table has now; none of the snapshot's rows lies behind them.
  ///   - bytes: of the table, with the long values of its rows.
  static func partStarts(blocks: Int64, bytes: Int64, canBeSplit: Bool) -> [Int64] {
    guard canBeSplit, blocks > 0 else { return [0] }
    let bytesPerBlock = bytes / blocks
    var size = blocksPerPart
    if bytesPerBlock <= largestBlock {
      while size > 1, bytesPerBlock > largestPart / size { size /= 2 }
    }
    // A part and a half: the rest alone is not worth a part.
    guard blocks > size + size / 2 else { return [0] }
    let count = (blocks + size / 2) / size
    return (0..<count).map { $0 * size }
  }

  /// The command that brings a part's rows.
  func copyCommand(part: Int, encoding: String) throws(PostgresError) -> String {
    let name = try relation.quotedName()
    let list = try columnList(columns.map(\.name))
    let label = try quotedLiteral(encoding)
    let form = #"TO STDOUT WITH (ENCODING \#(label))"#
    guard partStarts.count > 1 || !condition.isEmpty else {
      return list.isEmpty ? #"COPY \#(name) \#(form)"# : #"COPY \#(name) (\#(list)) \#(form)"#
    }
    return #"COPY (SELECT \#(list) FROM ONLY \#(name) \#(rowFilter(part: part))) \#(form)"#
  }

  /// `WHERE …` for the rows of a part; empty for all of the table's.
  func rowFilter(part: Int) -> String {
    guard condition.isEmpty else { return condition }
    var conditions: [String] = []
    if partStarts[part] > 0 { conditions.append(#"ctid >= '(\#(partStarts[part]),0)'::pg_catalog.tid"#) }
    if part + 1 < partStarts.count { conditions.append(#"ctid < '(\#(partStarts[part + 1]),0)'::pg_catalog.tid"#) }
    return conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
  }
}
