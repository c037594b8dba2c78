import CoffreCore
import CoffreSources
import CoffreSystem

/// The files of a row, as sessions of them are opened.
struct RowFiles: Sendable {
  /// Clean.
  let source: PathBytes
  /// What belongs into no backup.
  let ownFolders: [PathBytes]

  /// - Parameters:
  ///   - isWhole: whether the source keeps its whole path, as snapshots have it; in an archive it is the file or folder
  ///     alone.
  ///   - own: more folders that belong into no backup.
  func open(_ reading: RowReading, isWhole: Bool, besides own: [PathBytes] = []) throws(SourceError) -> FilesSession {
    let (folder, name) = splitPath(source)
    let isAlone = !isWhole && !name.isEmpty
    var settings = FilesSettings(
      targets: [isAlone ? name : source], workingDirectory: isAlone ? folder : [UInt8(ascii: "/")])
    settings.ownFolders = ownFolders.filter { $0 != source } + own
    if reading.isCopy {
      settings.standIns[source] = reading.place
      settings.takesRunningDatabases = true
    } else {
      do throws(SystemError) {
        // The row means what the link leads to.
        if try FileDescriptor.attributes(ofPath: source, .notFollowing).kind == .symlink {
          settings.standIns[source] = try resolvedPath(of: source)
        }
      } catch {
        throw SourceError(.failed, "read", source, because: error.cause)
      }
    }
    return try FilesSession(settings)
  }
}
