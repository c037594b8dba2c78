import CoffreCore

@testable import CoffreArchives

extension ShelfPoint {
  /// A point of `/srv` of the host `shop`, so many hours after 1 January 2026.
  static func made(
    _ name: String, _ variant: ShelfVariant = .full, hours: Int64 = 0, needs: [String] = [], isComplete: Bool = true,
    sources: [String] = ["/srv"], tags: [String] = []
  ) -> ShelfPoint {
    let file = ShelfManifest.StoredFile(
      name: Array("files.tar".utf8), size: 1, sha256: Digest(words: 0, 0, 0, UInt64(bitPattern: hours)))
    let manifest = ShelfManifest(
      variant: variant, takenAt: Timestamp(seconds: 1_767_225_600 + hours * 3600, nanoseconds: 0), host: "shop",
      sources: sources.map { Array($0.utf8) }, tags: tags, program: "test", isComplete: isComplete,
      archive: .init(format: "tar", files: [file]),
      needs: needs.map { ShelfManifest.Need(PointPlace(Array($0.utf8), .folder), files: [file]) })
    return ShelfPoint(
      PointPlace(Array(name.utf8), .folder), manifest: manifest,
      manifestSum: Digest(words: 1, 0, 0, UInt64(bitPattern: hours)))
  }

  var text: String { displayed(name) }
}
