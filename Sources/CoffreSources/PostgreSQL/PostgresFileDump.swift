package import CoffreCore
import CoffreSystem
import PostgresKit
import Synchronization

/// The vendor's classic dump: all of a database, or of a server, in one file.
package final class PostgresFileDump: DatabaseFileDump {
  /// What the file is, by the end of its name.
  package enum Form: String, Sendable, Hashable, CaseIterable {
    case custom, tar, plain, gzip, zstd, lz4

    /// - Returns: `nil` for an end that says nothing.
    package init?(ofFile path: PathBytes) {
      let name = displayed(path).lowercased()
      guard let found = Self.endings.first(where: { name.hasSuffix($0.ending) }) else { return nil }
      self = found.form
    }

    /// Longer ones first.
    private static let endings: [(ending: String, form: Form)] = [
      (".sql.gz", .gzip), (".sql.zst", .zstd), (".sql.lz4", .lz4), (".sql", .plain), (".dump", .custom),
      (".backup", .custom), (".tar", .tar),
    ]

    fileprivate var options: [String] {
      switch self {
      case .custom: ["--format=custom"]
      case .tar: ["--format=tar"]
      case .plain: ["--format=plain"]
      case .gzip: ["--format=plain", "--compress=6"]
      case .zstd: ["--format=plain", "--compress=zstd"]
      case .lz4: ["--format=plain", "--compress=lz4"]
      }
    }

    /// The first release of pg_dump that writes it.
    fileprivate var firstMajor: Int { self == .zstd || self == .lz4 ? 16 : 0 }

    /// Whether pg_restore reads it.
    fileprivate var isArchive: Bool { self == .custom || self == .tar }

    /// Of a compressed file, only the beginning can be seen; then the tool's word counts.
    fileprivate var marks: ToolReader.Marks {
      var marks = ToolReader.Marks(first: "", last: "")
      switch self {
      case .plain: return PgDump.marks
      case .custom: marks.first = Array("PGDMP".utf8)
      case .tar: marks.first = Array("toc.dat".utf8)
      case .gzip: marks.first = [0x1F, 0x8B]
      case .zstd: marks.first = [0x28, 0xB5, 0x2F, 0xFD]
      case .lz4: marks.first = [0x04, 0x22, 0x4D, 0x18]
      }
      return marks
    }
  }

  private let settings: DatabaseSettings
  private let form: Form
  /// Known when the server was asked for its version.
  private let tools = Mutex<VendorTools?>(nil)

  package init(_ settings: DatabaseSettings, form: Form) {
    self.settings = settings
    self.form = form
  }

  private var subject: PathBytes { Array(settings.location.text.utf8) }

  package func open(cancellation: Cancellation, said: @escaping @Sendable (String) -> Void) throws -> any ByteReader {
    let server = PostgresServer(settings, cancellation: cancellation)
    let tools = try findTools(for: server)
    self.tools.withLock { $0 = tools }
    guard tools.version.major >= form.firstMajor else {
      throw SourceError(
        .toolFailed, "write a dump of", subject,
        because: "pg_dump \(tools.version.text) cannot compress with \(form.rawValue); version \(form.firstMajor) can",
        advice: "Give a file that ends with .dump or .sql.gz, or install a newer version.")
    }
    let dump = try PgDump(tools, for: server, restrictKey: { [key = Self.randomKey()] in key })
    let database = settings.location.database
    let child = try dump.startWhole(
      database == nil ? [] : form.options, database: database, form: form.isArchive ? .archive : .script)
    let name = database == nil ? "pg_dumpall" : "pg_dump"
    return ToolReader(
      child, tool: name, subject: subject, marks: database == nil ? PgDump.clusterMarks : form.marks,
      cancellation: cancellation
    ) { [dump] errors throws(SourceError) in
      // The file with the password is there as long as the tool may read it.
      _ = dump
      if !errors.isEmpty { said(lastLines(of: errors)) }
    }
  }

  private func findTools(for server: PostgresServer) throws -> VendorTools {
    let major: Int
    do throws(PostgresError) {
      major = try server.connect(to: settings.location.database).majorVersion
    } catch {
      throw SourceError(error, "write a dump of", subject)
    }
    let installed = try settings.tools ?? InstalledTools.find(.postgresql, cancellation: server.cancellation)
    return try installed.choose(forMajor: major)
  }

  private static func randomKey() -> String {
    (0..<4).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 16) }.joined()
  }

  /// Has pg_restore read the table of contents of an archive; nothing for other forms, and where the tools run elsewhere.
  package func prove(_ file: PathBytes, cancellation: Cancellation) throws {
    guard form.isArchive, let tools = tools.withLock({ $0 }), tools.prefix.isEmpty else { return }
    let command = tools.command("pg_restore", ["--list"]).map { Array($0.utf8) } + [file]
    let child = try ChildProcess.start(
      command, environment: ["LC_ALL": "C"], output: .discarded, errors: .captured)
    let status = try cancellation.whenCancelled(
      { child.endSoon() }, during: { () throws(SystemError) in try child.wait() })
    guard status.isSuccess else {
      throw SourceError(
        .notWhole, "write a dump of", subject,
        because: "pg_restore cannot read what pg_dump wrote: \(lastLines(of: child.capturedErrors()))")
    }
  }
}
