import CoffreCore

// MARK: What a file holds

extension ArchiveWorker {
  /// Stores all that a reader gives.
  ///
  /// - Returns: its ids in order, and how many bytes it was.
  func store(contentOf reader: any ByteReader) throws -> (content: [BlobID], size: Int64) {
    var content = ChunkList()
    var shared: SharedChunks?
    do {
      let size = try self.reader.forEachChunk(of: reader) { chunk, times in
        if times == 1, chunk.count >= SharedChunks.leastSize {
          // Threads without work are lent chunks of this file; those that have some find the next one there.
          let isWanted = archiver.stack.hasIdleThreads
          if isWanted, shared == nil { shared = SharedChunks() }
          if let shared, isWanted || shared.isHelped,
            shared.offer(chunk, number: content.count, limit: max(2, archiver.request.threadCount / 2))
          {
            if isWanted { archiver.stack.push([.chunks(shared)]) }
            return content.leavePlace()
          }
        }
        content.append(try save(chunk), times: times)
      }
      if let shared { content.fill(try shared.finish(save)) }
      return (content.ids, size)
    } catch {
      shared?.abandon()
      throw error
    }
  }

  func help(with chunks: SharedChunks) { chunks.help(save) }

  private func save(_ chunk: Span<UInt8>) throws -> BlobID {
    try archiver.saver.save(chunk, kind: .data, with: codec).id
  }
}

/// The ids of a file's chunks, some of them still to come.
private struct ChunkList {
  private(set) var ids: [BlobID] = []

  var count: Int { ids.count }

  mutating func append(_ id: BlobID, times: Int) {
    if times == 1 { ids.append(id) } else { ids.append(contentsOf: repeatElement(id, count: times)) }
  }

  mutating func leavePlace() { ids.append(BlobID(words: 0, 0, 0, 0)) }

  mutating func fill(_ later: [Int: BlobID]) { for (number, id) in later { ids[number] = id } }
}
