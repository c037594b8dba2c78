import CoffreCore
import CoffreSystem

/// Where a SQLite database lies on this machine, and where in snapshots.
struct SQLitePlace: Sendable, Hashable {
  /// Absolute; links are not resolved.
  let path: PathBytes
  /// Below `/@sqlite`.
  let folder: [PathBytes]

  /// - Parameter name: of the folder in snapshots, if not the path's.
  init(_ location: DatabaseLocation, named name: String? = nil) throws(SourceError) {
    let given = Array((location.database ?? "").utf8)
    do throws(SystemError) {
      path = try absolutePath(of: given)
    } catch {
      throw SourceError(.notWhole, "find", given, because: error.cause)
    }
    if let name, !name.isEmpty {
      folder = [EscapedName.fileName(of: name)]
    } else {
      folder = components(of: path).map { EscapedName.fileName(of: displayed($0)) }
    }
  }

  /// What people call the database: its file's name.
  var name: String { displayed(splitPath(path).name) }

  /// The image in the snapshot: the file's name, which ends with `.db` in any case.
  var imageName: PathBytes {
    let stem = name.lowercased().hasSuffix(".db") ? String(name.dropLast(3)) : name
    return EscapedName.fileName(of: stem, suffix: ".db")
  }

  /// The folder in the snapshot, absolute.
  var snapshotFolder: PathBytes {
    folder.reduce(Array("/\(DatabaseKind.sqlite.folder)".utf8)) { joined($0, $1) }
  }
}
