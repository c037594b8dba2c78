import CoffreCore
import CoffreSystem

/// Which markers count in a folder. An entry stays if each of them is that entry itself.
struct FolderMarkers {
  private(set) var found: [FilesSettings.Marker] = []
  /// Markers that are there and do not begin as they should.
  private(set) var notes: [ListingNote] = []

  /// - Parameter path: of the folder, for notes.
  init(_ markers: [FilesSettings.Marker], in folder: borrowing FileDescriptor, path: @autoclosure () -> PathBytes) {
    for marker in markers {
      do throws(SystemError) {
        _ = try folder.attributes(of: marker.name)
        if try Self.counts(marker, in: folder) {
          found.append(marker)
        } else {
          let place = joined(path(), marker.name)
          notes.append(ListingNote(.unlikeMarker("its beginning is not what makes it a marker"), path: place))
        }
      } catch {
        if error.isNotFound { continue }
        notes.append(ListingNote(.unlikeMarker(error.cause), path: joined(path(), marker.name)))
      }
    }
  }

  func keep(_ name: PathBytes) -> Bool { found.allSatisfy { $0.name == name } }

  private static func counts(_ marker: FilesSettings.Marker, in folder: borrowing FileDescriptor) throws(SystemError)
    -> Bool
  {
    guard !marker.header.isEmpty else { return true }
    let file = try folder.open(marker.name, for: .reading, [.nonBlocking, .noAccessTime])
    guard try file.attributes().kind == .file else { return false }
    var start = [UInt8](repeating: 0, count: marker.header.count)
    var span = start.mutableSpan
    return try file.read(into: &span, at: 0) == marker.header.count && start == marker.header
  }
}
