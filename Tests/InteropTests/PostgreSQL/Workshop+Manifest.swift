import CoffreTestKit
import Testing

extension Workshop {
  /// Fails the test unless rows, bytes and sums of the last manifest are those of a copy, as its server and Python count
  /// them: nothing of Coffre's own has a part in this.
  func expectManifest(
    agreesWith copy: String, of server: PostgresServer, location: SourceLocation = #_sourceLocation
  ) throws {
    let manifest = try manifest()
    #expect(manifest["complete"]?.bool == true, sourceLocation: location)
    let tables = try #require(manifest["databases"]?.array.first?["tables"]?.array)
    let folder = try server.makeFolder("rows_of_\(copy)")
    var statements = [
      "SET search_path = ''", "SET DateStyle = 'ISO'", "SET IntervalStyle = 'postgres'", "SET bytea_output = 'hex'",
      "SET TimeZone = 'UTC'",
      "SET extra_float_digits = 3", "SET lc_monetary = 'C'", "SET xmlbinary = 'base64'", "SET row_security = off",
    ]
    var expected: [String: RowCount] = [:]
    var groups: [String] = []
    for (number, table) in tables.enumerated() {
      let name = "\(try Self.identifier(table["schema"])).\(try Self.identifier(table["name"]))"
      let columns = try table["columns"]?.array.map { try Self.identifier($0) }.joined(separator: ", ") ?? ""
      let condition = table["condition"]?.text ?? ""
      statements.append(
        "COPY (SELECT \(columns) FROM ONLY \(name) \(condition)) TO \(PostgresServer.literal("\(folder)/\(number)"))")
      // Rows that are loaded through a divided table may come to another of its parts.
      let root = table["rootOf"]
      groups.append("\((root ?? table)["schema"]?.text ?? "").\((root ?? table)["name"]?.text ?? "")")
      expected[groups[number], default: RowCount()].add(
        rows: table["rows"]?.int, bytes: table["bytes"]?.int, sum: table["rowSum"]?.text)
    }
    try server.run(statements.joined(separator: ";\n") + ";", copy)
    let counting = try Tool.named("python3", package: "python3").run(["-c", Self.counting, folder])
    try #require(counting.isSuccess, "\(counting)")
    var found: [String: RowCount] = [:]
    let lines = counting.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.count == tables.count && tables.count > 0, sourceLocation: location)
    for (group, words) in zip(groups, lines) where words.count == 4 {
      found[group, default: RowCount()].add(rows: Int(words[1]), bytes: Int(words[2]), sum: String(words[3]))
    }
    for (group, count) in expected.sorted(by: { $0.key < $1.key }) {
      #expect(found[group] == count && !count.isBroken, "\(group)", sourceLocation: location)
    }
  }

  private static func identifier(_ name: JSONValue?) throws -> String {
    PostgresServer.identifier(try #require(name?.text))
  }

  /// As the manifest's schema describes it.
  private static let counting = """
    import hashlib, os, sys
    folder = sys.argv[1]
    for name in sorted(os.listdir(folder), key=int):
        rows = size = total = 0
        with open(os.path.join(folder, name), "rb") as file:
            for line in file:
                rows += 1
                size += len(line)
                total += int.from_bytes(hashlib.sha256(line[:-1]).digest()[:16], "big")
        print(name, rows, size, "%032x" % (total % 2 ** 128))
    """
}

/// Rows of one table, or of all parts of a divided one.
private struct RowCount: Equatable {
  var rows = 0
  var bytes = 0
  var sum: UInt128 = 0
  /// Whether something was missing or no number.
  var isBroken = false

  mutating func add(rows: Int?, bytes: Int?, sum: String?) {
    guard let rows, let bytes, let sum = sum.flatMap({ UInt128($0, radix: 16) }) else {
      isBroken = true
      return
    }
    self.rows += rows
    self.bytes += bytes
    self.sum &+= sum
  }
}
