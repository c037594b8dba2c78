import CoffreCore
import CoffreSystem
import MariaDBKit

/// What a server has at one moment: its databases, and the files in which it keeps the definitions of tables, views and
/// sequences.
///
/// What it had before its files were copied and still has when that is done, must be in the copy: whoever told the program to
/// leave something out, in whatever file of settings.
struct ServedContents: Sendable {
  /// As the server calls them; only those that have files.
  private let databases: Set<[UInt8]>
  /// Inodes of `database/table.frm`, by their path: a table that was made anew meanwhile is another one.
  private let definitions: [PathBytes: UInt64]

  private static let withoutFiles: Set<[UInt8]> = [
    Array("information_schema".utf8), Array("performance_schema".utf8),
  ]
  private static let alwaysThere = "mysql"

  /// - Parameters:
  ///   - folder: of the server's files.
  ///   - subject: of the snapshot.
  init(of folder: PathBytes, on connection: MariaDBConnection, for subject: PathBytes) throws(SourceError) {
    do throws(MariaDBError) {
      let rows = try connection.execute(#"SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"#)
      // Folders that no server makes, such as `lost+found`, have names that begin so.
      let names = (0..<rows.count).compactMap { rows.bytes($0, 0) }.filter { !$0.starts(with: #"#mysql50#"#.utf8) }
      databases = Set(names).subtracting(Self.withoutFiles)
    } catch {
      throw SourceError(error, "back up", subject)
    }
    do throws(SystemError) {
      definitions = try Self.definitions(in: folder)
    } catch {
      throw SourceError(.notWhole, "back up", subject, because: "its folder '\(displayed(folder))': \(error.cause)")
    }
  }

  private static func definitions(in folder: PathBytes) throws(SystemError) -> [PathBytes: UInt64] {
    let server = try FileDescriptor.openDirectory(path: folder)
    var found: [PathBytes: UInt64] = [:]
    for name in try server.entryNames() where name.first != UInt8(ascii: "#") && name.first != UInt8(ascii: ".") {
      do throws(SystemError) {
        let database = try server.open(name, for: .reading, .directory)
        for file in try database.entryNames() where ImageContents.table(of: file) != nil {
          // Tables come and go.
          guard let attributes = try? database.attributes(of: file) else { continue }
          found[name + [UInt8(ascii: "/")] + file] = attributes.inode
        }
      } catch {
        // A file among the folders; a database that was dropped; a folder that is not the server's.
        guard error.isNotFound || error.isNoPermission else { throw error }
      }
    }
    return found
  }

  /// - Parameters:
  ///   - after: what the server had when the stream was whole.
  ///   - decode: turns names of files into those that servers tell, in their order.
  /// - Returns: the first database or table of both moments that a stream lacks; `nil` if there is none.
  func missing(
    in contents: ImageContents, _ stream: StreamScanner, after: ServedContents,
    decode: ([PathBytes]) throws(MariaDBError) -> [String]
  ) throws(MariaDBError) -> String? {
    let present = Set(contents.databases.map { Array($0.name.utf8) })
    let wanted = databases.intersection(after.databases).union([Array(Self.alwaysThere.utf8)])
    if let name = wanted.subtracting(present).min(by: { $0.lexicographicallyPrecedes($1) }) { return displayed(name) }
    let lost = definitions.filter { path, inode in
      after.definitions[path] == inode && stream.files[path] == nil
    }.keys.sorted { $0.lexicographicallyPrecedes($1) }
    for path in lost {
      let (folder, file) = splitPath(path)
      guard let table = ImageContents.table(of: file) else { continue }
      let names = try decode([folder, table])
      // What lies in folders that are no databases to the server is not missed.
      if wanted.contains(Array(names[0].utf8)) { return "\(names[0]).\(names[1])" }
    }
    return nil
  }
}
