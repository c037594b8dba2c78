import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Manifests of databases")
struct DatabaseManifestTests {
  private static let table = DatabaseManifest.Table(
    name: DatabaseManifest.TableName(schema: "public", name: "a/b"), path: "shop/data/public/a%2Fb.copy", rows: 3,
    bytes: 42, rowSum: RowSum(hex: "0123456789abcdef0123456789abcdef"), columns: ["id", "naïve"], key: ["id"],
    rootOf: DatabaseManifest.TableName(schema: "public", name: "root"), condition: "WHERE id > 7",
    parts: [
      DatabaseManifest.Part(rows: 1, bytes: 20, sha256: Digest(words: 1, 2, 3, 4)),
      DatabaseManifest.Part(rows: 2, bytes: 22, sha256: Digest(words: 5, 6, 7, 8)),
    ])

  private static let bareTable = DatabaseManifest.Table(
    name: DatabaseManifest.TableName(name: "bare"), path: "shop/data/bare.copy")

  private static let database = DatabaseManifest.Database(
    name: "shop", path: "shop", properties: ["encoding": "UTF8", "owner": "Größe \"x\""],
    settings: [
      DatabaseManifest.Setting(name: "work_mem", value: "64MB"),
      DatabaseManifest.Setting(name: "search_path", value: "a, b", role: "web"),
    ],
    roles: ["shop", "web"], objects: ["table": 2, "view": 0], tables: [table, bareTable],
    imaged: ["orders"],
    sequences: [
      DatabaseManifest.Sequence(
        name: DatabaseManifest.TableName(schema: "public", name: "a_id_seq"), lastValue: -3, isCalled: true)
    ])

  private static let instant = DatabaseManifest.Instant(
    database: "shop", takenAt: Timestamp(seconds: 1_795_000_000, nanoseconds: 5_000_000), position: "0/16B3748")

  /// With every field.
  static let full = DatabaseManifest(
    kind: .postgresql,
    server: DatabaseManifest.Server(
      version: "15.18 (Debian 15.18-0+deb12u1)", name: "db.example.org-5432", identity: "5e0c"),
    tools: [DatabaseManifest.Tool(name: "pg_dump", version: "15.18")], instants: [instant], databases: [database],
    missed: [DatabaseManifest.Missed(object: "role passwords", reason: "no right to read pg_authid")],
    isComplete: true)

  private func text(_ manifest: DatabaseManifest) -> String { displayed(manifest.encoded()) }

  private func read(_ text: String) throws -> DatabaseManifest { try DatabaseManifest(decoding: Array(text.utf8)) }

  private func failure(_ text: String) throws -> DatabaseManifestError {
    let error = #expect(throws: DatabaseManifestError.self) { _ = try read(text) }
    return try #require(error)
  }

  @Test func `everything comes back`() throws {
    #expect(try read(text(Self.full)) == Self.full)
    let empty = DatabaseManifest(
      kind: .mariadb, server: DatabaseManifest.Server(version: "", name: ""), isComplete: false)
    #expect(try read(text(empty)) == empty)
  }

  @Test func `it begins with what it is, and its lists keep their order`() {
    let text = text(Self.full)
    #expect(text.hasPrefix(#"{"format":"coffre-manifest","version":1,"kind":"postgresql","complete":true,"#))
    #expect(text.hasSuffix("}\n"))
    #expect(text.contains(#""properties":{"encoding":"UTF8","owner":"Größe \"x\""}"#))
    #expect(text.contains(#""rowSum":"0123456789abcdef0123456789abcdef""#))
    #expect(text.contains(#""takenAt":"2026-11-18T11:06:40.005Z""#))
  }

  @Test func `fields that are not known are passed over, in any order`() throws {
    let text = """
      {"later":{"x":[1.5e3,null]},"databases":[{"more":true,"tables":[{"rows":1,"color":"red","path":"p","bytes":2,
      "name":"t","parts":null}],"name":"d"}],"complete":false,"server":{"name":"n","more":1,"version":"v"},
      "kind":"mongodb","version":1,"format":"coffre-manifest"}
      """
    let manifest = try read(text)
    #expect(manifest.kind == .mongodb && !manifest.isComplete)
    #expect(
      manifest.databases[0].tables == [
        DatabaseManifest.Table(name: DatabaseManifest.TableName(name: "t"), path: "p", rows: 1, bytes: 2)
      ])
  }

  @Test func `a later version is refused, whatever else it holds`() throws {
    let error = try failure(#"{"databases":7,"kind":"x","format":"coffre-manifest","version":2}"#)
    guard case .newer(version: 2) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.exitCode == .versionNotSupported)
    #expect(error.explanation.problem == "the manifest has version 2, and this Coffre reads up to 1")
    #expect(error.explanation.advice != nil)
  }

  @Test(arguments: [
    "{}", #"{"format":"coffre-manifest"}"#, #"{"format":"other","version":1,"kind":"postgresql"}"#,
    #"{"format":"coffre-manifest","version":0,"kind":"postgresql"}"#,
  ])
  func `other documents are no manifests`(_ text: String) throws {
    guard case .foreign = try failure(text) else {
      Issue.record("\(text)")
      return
    }
  }

  @Test func `an unknown engine is named`() throws {
    let error = try failure(#"{"format":"coffre-manifest","version":1,"kind":"oracle"}"#)
    #expect(error.explanation.problem == "the manifest is of 'oracle', which this Coffre does not know")
  }

  @Test(arguments: [
    (#""complete":true,"#, ""), (#""server":"#, #""server2":"#), (#""databases":"#, #""databases2":"#),
    (#""name":"shop","path":"shop","#, ""), (#""rows":3,"#, ""), (#""rows":3,"#, #""rows":-3,"#),
    (#""rows":3,"#, #""rows":9223372036854775808,"#), (#""path":"shop/data/public/a%2Fb.copy","#, ""),
    ("0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789abcdef"), (#""lastValue":-3,"#, ""),
    (#""complete":true"#, #""complete":1"#), ("}\n", "}}\n"), (#""reason":"#, #""reasons":"#),
  ])
  func `what is missing or wrong is an error, and never taken for something else`(
    _ change: (from: String, to: String)
  ) throws {
    let sound = text(Self.full)
    #expect(sound.contains(change.from))
    let error = try failure(sound.replacing(change.from, with: change.to))
    guard case .malformed = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.explanation.problem.description.hasPrefix("malformed manifest: "))
  }

  @Test func `a cut manifest is an error wherever it was cut`() {
    let sound = Self.full.encoded()
    for length in 0..<(sound.count - 1) {
      #expect(throws: DatabaseManifestError.self) { _ = try DatabaseManifest(decoding: Array(sound[..<length])) }
    }
  }

  @Test func `names that look alike are two tables`() {
    let composed = DatabaseManifest.TableName(schema: "s", name: "\u{E9}")
    let decomposed = DatabaseManifest.TableName(schema: "s", name: "e\u{301}")
    #expect(composed != decomposed && Set([composed, decomposed]).count == 2)
    #expect(DatabaseManifest.TableName(name: "t") != DatabaseManifest.TableName(schema: "", name: "t"))
  }

  @Test func `twenty thousand tables come back`() throws {
    var manifest = Self.full
    let columns = (0..<8).map { "column \($0)" }
    manifest.databases[0].tables = (0..<20_000).map { number in
      DatabaseManifest.Table(
        name: DatabaseManifest.TableName(schema: "public", name: "table number \(number)"),
        path: "shop/data/public/\(number).copy", rows: Int64(number), bytes: 1 << 40, columns: columns,
        parts: [
          DatabaseManifest.Part(
            rows: Int64(number), bytes: 1 << 40, sha256: Digest(words: UInt64(number), 2, 3, 4))
        ])
    }
    let bytes = manifest.encoded()
    #expect(bytes.count > 5_000_000)
    #expect(try DatabaseManifest(decoding: bytes) == manifest)
  }
}
