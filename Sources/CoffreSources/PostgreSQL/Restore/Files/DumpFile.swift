package import CoffreCore
import CoffreSystem

/// A file, or a folder, that a vendor's own tool wrote: what it is, is told by its content, whatever it is called.
package struct DumpFile: Sendable {
  /// How its content becomes a script of SQL.
  enum Form: Sendable, Hashable {
    case script
    /// For pg_restore.
    case archive
    /// A script that this program decompresses to its standard output.
    case compressed(program: String, package: String)
  }

  package let path: PathBytes
  let form: Form
  /// In bytes; `nil` where it does not tell how long the script is.
  package let size: Int64?

  /// - Parameter path: absolute.
  package init(_ path: PathBytes) throws(SourceError) {
    self.path = path
    var head = [UInt8](repeating: 0, count: 512)
    do throws(SystemError) {
      let attributes = try FileDescriptor.attributes(ofPath: path, .following)
      if attributes.kind == .directory {
        _ = try FileDescriptor.attributes(ofPath: path + Array("/toc.dat".utf8), .following)
        (form, size) = (.archive, nil)
        return
      }
      let file = try FileDescriptor.open(path, for: .reading)
      let count = try file.readFully(into: &head, from: 0)
      head.removeLast(head.count - count)
      form = Self.form(of: head)
      size = form == .script && attributes.kind == .file ? attributes.size : nil
    } catch {
      throw SourceError(
        .failed, "read", path, because: error.cause,
        advice: "Name a file that pg_dump wrote, or a folder of it with a toc.dat.")
    }
    if form == .script { try FilesArchive.refuse(head, path) }
  }

  static func form(of head: [UInt8]) -> Form {
    let archives = [Array("PGDMP".utf8), Array("toc.dat\0".utf8)]
    if archives.contains(where: { head.starts(with: $0) }) { return .archive }
    let compressed: [(mark: [UInt8], program: String, package: String)] = [
      ([0x1F, 0x8B], "gzip", "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "zstd"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz", "xz-utils"), ([0x42, 0x5A, 0x68], "bzip2", "bzip2"),
      ([0x04, 0x22, 0x4D, 0x18], "lz4", "lz4"),
    ]
    guard let found = compressed.first(where: { head.starts(with: $0.mark) }) else { return .script }
    return .compressed(program: found.program, package: found.package)
  }

  /// Its name without the endings that tell what it is.
  var stem: String {
    var name = displayed(path.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? [])
    let endings = [".gz", ".zst", ".xz", ".bz2", ".lz4", ".sql", ".dump", ".backup", ".tar", ".pgdump"]
    while let ending = endings.first(where: { name.lowercased().hasSuffix($0) }), name.utf8.count > ending.utf8.count {
      name.removeLast(ending.count)
    }
    return name
  }
}

extension DumpFile {
  /// The script, read from the front.
  ///
  /// - Parameter tools: asked for only if pg_restore is needed.
  func open(
    _ cancellation: Cancellation, tools: () throws(SourceError) -> VendorTools
  ) throws(SourceError) -> any ByteReader {
    switch form {
    case .script: return try openPlainly()
    case .archive:
      let command = try tools().command("pg_restore", ["--file=-"]).map { Array($0.utf8) } + [path]
      return ToolReader(
        try start(command, missing: { "Install the package postgresql-client." }), tool: "pg_restore", subject: path,
        marks: PgDump.marks, cancellation: cancellation
      ) { _ throws(SourceError) in }
    case .compressed(let program, let package):
      let command = [Array(program.utf8), Array("-dc".utf8), path]
      let output = ToolReader(
        try start(command, missing: { "Install the package \(package)." }), tool: program, subject: path,
        marks: ToolReader.Marks(first: "", last: ""), cancellation: cancellation
      ) { _ throws(SourceError) in }
      return DumpOutput(output, of: path)
    }
  }

  private func openPlainly() throws(SourceError) -> any ByteReader {
    do throws(SystemError) {
      let path = path
      return try FileReader(try FileDescriptor.open(path, for: .reading)) { path }
    } catch {
      throw SourceError(.failed, "read", path, because: error.cause)
    }
  }

  private func start(_ command: [[UInt8]], missing: () -> Message) throws(SourceError) -> ChildProcess {
    do throws(SystemError) {
      return try ChildProcess.start(
        command, environment: ["LC_ALL": "C"], without: ["PGPASSWORD"], output: .piped, errors: .captured)
    } catch {
      throw SourceError(
        .toolMissing, "start the program that reads", path,
        because: "\(displayed(command.first ?? [])): \(error.cause)", advice: missing())
    }
  }
}
