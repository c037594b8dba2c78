import CoffreCore

/// Writes the plaintext of an index file, byte for byte as restic does.
package struct IndexFileWriter: Sendable {
  private var json = JSONWriter()
  /// How many blobs were listed.
  package private(set) var blobCount = 0

  /// Bytes that were written and not taken yet.
  var waitingBytes: Int { json.output.count }

  package init() {
    json.beginObject()
    json.key("packs")
    json.beginArray()
  }

  /// Lists one pack with all its blobs: a pack must never be split over index files.
  package mutating func append(pack: PackID, blobs: some Sequence<IndexedBlob>) {
    json.beginObject()
    json.key("id")
    json.digest(pack)
    json.key("blobs")
    json.beginArray()
    for blob in blobs { append(blob) }
    json.endArray()
    json.endObject()
  }

  private mutating func append(_ blob: IndexedBlob) {
    blobCount += 1
    json.beginObject()
    json.key("id")
    json.digest(blob.id)
    json.key("type")
    json.string(blob.kind.name)
    json.key("offset")
    json.number(UInt64(blob.offset))
    json.key("length")
    json.number(UInt64(blob.length))
    if blob.uncompressedLength != 0 {
      json.key("uncompressed_length")
      json.number(UInt64(blob.uncompressedLength))
    }
    json.endObject()
  }

  /// Hands over what was written since the last call: the plaintext need not be in memory as a whole.
  mutating func takePart() -> [UInt8] { json.takeOutput() }

  /// The rest of the plaintext: all of it, if no part was taken.
  ///
  /// - Parameter packsToDelete: rustic's list of that name, as JSON, handed on as it stands.
  package consuming func finish(packsToDelete: [UInt8]? = nil) -> [UInt8] {
    json.endArray()
    if let packsToDelete {
      json.key("packs_to_delete")
      json.raw(packsToDelete)
    }
    json.endObject()
    json.endLine()
    return json.output
  }
}
