package import CoffreCore
import CoffreSystem

/// What a point's manifest lists, read anew by each call.
package struct PointContents {
  private let shelf: ShelfFolder
  private let point: ShelfPoint

  fileprivate init(_ shelf: ShelfFolder, _ point: ShelfPoint) {
    self.shelf = shelf
    self.point = point
  }

  private func reader() throws -> ShelfManifestReader {
    try ShelfManifestReader(try shelf.manifest(at: point.place))
  }

  /// - Parameter body: given each entry, and the point whose archive holds its content, if it has any.
  package func forEachEntry(_ body: (ShelfEntry, PathBytes?) throws -> Void) throws {
    let reader = try reader()
    while let entry = try reader.nextEntry() {
      try body(entry, entry.content.map { $0.need.map { point.manifest.needs[$0].point } ?? point.name })
    }
  }

  /// Entries of the parent that are gone.
  package func forEachDeleted(_ body: (PathBytes) throws -> Void) throws {
    let reader = try reader()
    while let path = try reader.nextDeleted() { try body(path) }
  }

  package func forEachRenaming(_ body: (ShelfRenaming) throws -> Void) throws {
    let reader = try reader()
    while let renaming = try reader.nextRenaming() { try body(renaming) }
  }
}

extension ShelfFolder {
  package func contents(of point: ShelfPoint) -> PointContents { PointContents(self, point) }
}
