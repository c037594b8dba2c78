package import CoffreCore

/// What a point of a shelf says of itself: the first line of its `manifest.json`. The entries stand in the lines after it
/// and are never all in memory.
package struct ShelfManifest: Sendable, Hashable {
  /// In a folder of its own.
  package static let fileName = Array("manifest.json".utf8)
  package static let format = "coffre-manifest"
  package static let kind = "shelf-point"
  package static let version: UInt64 = 1

  package var form: PointPlace.Form
  package var variant: ShelfVariant
  /// The point that the variant compares with; `nil` for a full one.
  package var parent: Parent?
  /// When the view was taken: all that was changed before is in the point.
  package var takenAt: Timestamp
  package var host: String
  /// What was asked for, absolute.
  package var sources: [PathBytes]
  package var tags: [String]
  /// The program that made it.
  package var program: String
  /// Whether everything is there that was asked for.
  package var isComplete: Bool
  package var archive: Archive
  /// The archives of other points that hold contents of this one's entries. Entries name them by their places here.
  package var needs: [Need]
  package var counts: Counts

  /// The point before, and by its manifest's checksum the very same one.
  package struct Parent: Sendable, Hashable {
    package let name: PathBytes
    package let sha256: Digest

    package init(name: PathBytes, sha256: Digest) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// The point's own archive.
  package struct Archive: Sendable, Hashable {
    /// As `--format` names it.
    package var format: String
    /// What the format cannot hold and some entry has; the manifest brings it back.
    package var lacks: [String]
    /// In the order they are read.
    package var files: [StoredFile]
    /// `nil` if it is not encrypted. The archives that the point needs are encrypted in the same way.
    package var encryption: Encryption?

    package init(format: String, lacks: [String] = [], files: [StoredFile] = [], encryption: Encryption? = nil) {
      self.format = format
      self.lacks = lacks
      self.files = files
      self.encryption = encryption
    }
  }

  /// How an archive is encrypted. Nothing here opens it.
  package struct Encryption: Sendable, Hashable {
    /// As `--encrypt` names it; a later version may know others.
    package let kind: String
    /// Public keys, sorted; empty where a password or a key opens it.
    package let recipients: [String]

    package init(kind: String, recipients: [String] = []) {
      self.kind = kind
      self.recipients = Set(recipients).sorted()
    }
  }

  /// A file of a point.
  package struct StoredFile: Sendable, Hashable {
    package let name: PathBytes
    /// In bytes.
    package let size: Int64
    package let sha256: Digest

    package init(name: PathBytes, size: Int64, sha256: Digest) {
      self.name = name
      self.size = size
      self.sha256 = sha256
    }
  }

  /// The archive of another point, with its checksums: whether it is still the same can be told without that point's
  /// manifest.
  package struct Need: Sendable, Hashable {
    package let place: PointPlace
    package let files: [StoredFile]
    package var point: PathBytes { place.name }

    package init(_ place: PointPlace, files: [StoredFile]) {
      self.place = place
      self.files = files
    }
  }

  package struct Counts: Sendable, Hashable {
    package var entries = 0
    package var files = 0
    /// Of all files, in bytes.
    package var bytes: Int64 = 0
    /// Entries in the point's own archive.
    package var stored = 0
    package var storedBytes: Int64 = 0
    /// Entries of the parent that are gone, renamed ones not counted.
    package var deleted = 0
    package var renamed = 0
    /// Entries that could not be read, or not as they were asked for.
    package var losses = 0

    package init() {}
  }

  package init(
    form: PointPlace.Form = .folder, variant: ShelfVariant, parent: Parent? = nil, takenAt: Timestamp, host: String,
    sources: [PathBytes],
    tags: [String] = [], program: String, isComplete: Bool = true, archive: Archive, needs: [Need] = [],
    counts: Counts = Counts()
  ) {
    self.form = form
    self.variant = variant
    self.parent = parent
    self.takenAt = takenAt
    self.host = host
    self.sources = sources
    self.tags = tags
    self.program = program
    self.isComplete = isComplete
    self.archive = archive
    self.needs = needs
    self.counts = counts
  }
}

extension ShelfManifest {
  /// Of a point in one file: its name, as that of its archive tells it.
  ///
  /// - Returns: `nil` for one in a folder, and where the archive has no such name.
  var nameInOneFile: PathBytes? {
    guard form == .file, archive.files.count == 1, let file = archive.files.first else { return nil }
    let end = archive.fileEnding
    guard file.name.count > end.count, file.name.suffix(end.count) == end[...] else { return nil }
    return Array(file.name.dropLast(end.count))
  }
}

extension ShelfManifest.Archive {
  /// What its file's name ends with: the format, and the encryption around it.
  var fileEnding: PathBytes {
    let seal = encryption.flatMap { $0.kind == ArchiveProtection.Kind.native.rawValue ? nil : $0.kind }
    return Array(([format] + [seal].compactMap(\.self)).map { ".\($0)" }.joined().utf8)
  }
}

/// How much of its source a point holds itself.
package enum ShelfVariant: String, Sendable, Hashable, CaseIterable {
  case full
  /// What changed since the last full one.
  case differential
  /// What changed since the last one of any kind.
  case incremental
}
