import CoffreCore
import CoffreSystem

extension DatabaseManifest {
  /// Reads what a folder of a snapshot says of itself, for a restore.
  ///
  /// - Parameters:
  ///   - kind: of the target.
  ///   - limit: of its size, in bytes.
  /// - Throws: also for a backup of another engine.
  init(
    in contents: any SnapshotContents, of kind: DatabaseKind, limit: Int, progress: (Int64) -> Void
  ) throws(SourceError) {
    let file = Array(Self.fileName.utf8)
    let bytes = try Self.whole(try contents.read(file), file, limit: limit)
    progress(Int64(bytes.count))
    do throws(DatabaseManifestError) {
      self = try DatabaseManifest(decoding: bytes)
    } catch {
      throw SourceError(
        error.exitCode == .versionNotSupported ? .newer : .failed, "read", file, because: error.text,
        advice: error.explanation.advice)
    }
    guard self.kind == kind else {
      throw SourceError(
        .failed, "read", file, because: "it is of another engine: \(self.kind.rawValue)",
        advice: "Restore the backup to a server of the engine that it was made from.")
    }
  }

  private static func whole(_ reader: any ByteReader, _ file: PathBytes, limit: Int) throws(SourceError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = makeBuffer(256 << 10)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      if count == 0 { return bytes }
      append(buffer.span.extracting(0..<count), to: &bytes)
      guard bytes.count <= limit else {
        throw SourceError(.hostile, "read", file, because: "it is larger than any manifest")
      }
    }
  }
}
