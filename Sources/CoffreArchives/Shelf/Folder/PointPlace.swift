package import CoffreCore

/// Where the files of a point lie on its shelf, and what they are called.
package struct PointPlace: Sendable, Hashable {
  package enum Form: String, Sendable, Hashable, CaseIterable {
    /// A folder with the archive, `manifest.json` and `SHA256SUMS`.
    case folder
    /// The archive itself, `NAME.tar.zst`, and beside it `NAME.manifest.json` and `NAME.sha256`.
    case file
  }

  /// Of the point.
  package let name: PathBytes
  package let form: Form

  package init(_ name: PathBytes, _ form: Form) {
    self.name = name
    self.form = form
  }

  /// What a point in one file adds to its name: the longest of it, in bytes.
  static let longestEnd = manifestEnd.count
  private static let manifestEnd = Array(".".utf8) + ShelfManifest.fileName
  private static let sumsEnd = Array(".sha256".utf8)

  package var manifestName: PathBytes { form == .folder ? ShelfManifest.fileName : name + Self.manifestEnd }

  /// Of its list of checksums.
  var sumsName: PathBytes { form == .folder ? Array("SHA256SUMS".utf8) : name + Self.sumsEnd }

  /// A file of the point, as the shelf knows it.
  package func path(of file: PathBytes) -> PathBytes {
    form == .folder ? name + [UInt8(ascii: "/")] + file : file
  }

  /// The point in one file whose manifest has this name; `nil` if none can.
  init?(manifestNamed file: PathBytes) { self.init(file, without: Self.manifestEnd) }

  /// The one whose list of checksums has it.
  init?(sumsNamed file: PathBytes) { self.init(file, without: Self.sumsEnd) }

  private init?(_ file: PathBytes, without end: PathBytes) {
    guard file.count > end.count, file.suffix(end.count) == end[...] else { return nil }
    self.init(Array(file.dropLast(end.count)), .file)
  }
}
