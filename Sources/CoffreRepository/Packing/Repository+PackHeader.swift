import CoffreCore

extension Repository {
  /// The table of contents that a pack itself keeps, checked against the pack's size.
  package func packHeader(of pack: ListedObject, with codec: BlobCodec) throws -> PackHeader {
    let key = ObjectKind.pack.storeKey(of: pack.id)
    do {
      // Most headers are shorter than this; a longer one costs a second request.
      let guess = min(pack.sizeInBytes, 16 << 10)
      var tail = try store.load(key, range: (pack.sizeInBytes - guess)..<pack.sizeInBytes, expectedSize: Int(guess))
      let length = try PackHeader.sealedLength(inTail: tail.span, packSize: pack.sizeInBytes)
      let needed = length + PackHeader.lengthFieldSize
      if needed > tail.count {
        tail = try store.load(
          key, range: (pack.sizeInBytes - Int64(needed))..<pack.sizeInBytes, expectedSize: needed)
      }
      let end = tail.count - PackHeader.lengthFieldSize
      var plain: [UInt8] = []
      try codec.openHeader(tail.span.extracting((end - length)..<end), into: &plain)
      let header = try PackHeader(decoding: plain.span)
      try header.verify(packSize: pack.sizeInBytes)
      return header
    } catch let error as BlobProblem {
      throw RepositoryError.damaged(object: key.path, problem: "its header cannot be opened: \(error.text)")
    } catch let error as MalformedPackHeader {
      throw RepositoryError.damaged(object: key.path, problem: error.text)
    }
  }
}
