import CoffreCore

/// Files of which several are read at once, each with some blobs that are loaded ahead.
///
/// A value without locks: `FolderContents` guards it. What lies ahead of all of them together is bounded; the blob that
/// somebody waits for is queued whatever else lies there, so that no reader can starve another.
struct ContentsAhead: Sendable {
  private struct Reading: Sendable {
    var queue = ContentQueue<Void>()
    /// What is not in the queue yet.
    var rest: ArraySlice<BlobID>
    let path: PathBytes

    var isOver: Bool { queue.isEmpty && rest.isEmpty }
  }

  /// Blobs of one file that are to be loaded, in one read.
  struct Claim: Sendable {
    let reading: Int
    let run: [(number: Int, wanted: ContentQueue<Void>.Wanted)]
  }

  enum Step: Sendable {
    case blob([UInt8])
    /// The blob is the same as the one before.
    case sameAsBefore
    case failed(any Error)
    case end
  }

  /// Small blobs are no reason for a queue without end.
  private static var blobsAhead: Int { 1024 }

  private let index: BlobIndex
  /// Of plaintext, of all files together; 0 to load nothing before it is asked for.
  private let limit: Int64
  private var readings: [Int: Reading] = [:]
  private var nextNumber = 0

  init(index: BlobIndex, limit: Int64) {
    self.index = index
    self.limit = limit
  }

  // MARK: Files

  /// Begins to read a file.
  ///
  /// - Precondition: the index has all of its blobs.
  mutating func open(_ blobs: [BlobID], path: PathBytes) -> Int {
    nextNumber += 1
    readings[nextNumber] = Reading(rest: blobs[...], path: path)
    fill(nextNumber)
    return nextNumber
  }

  mutating func close(_ number: Int) {
    readings[number] = nil
    fillAll()
  }

  // MARK: Loading

  var hasWork: Bool { readings.values.contains { $0.queue.hasWork } }

  /// Takes blobs to load, those first that somebody may be waiting for.
  mutating func claim() -> Claim? {
    var chosen: (number: Int, isUrgent: Bool)?
    for (number, reading) in readings where reading.queue.hasWork {
      let isUrgent = !reading.queue.isReady
      if let best = chosen {
        guard best.isUrgent == isUrgent ? number < best.number : isUrgent else { continue }
      }
      chosen = (number, isUrgent)
    }
    guard let chosen, let run = readings[chosen.number]?.queue.claim() else { return nil }
    return Claim(reading: chosen.number, run: run)
  }

  mutating func put(_ results: [(number: Int, state: ContentQueue<Void>.State)], of reading: Int) {
    for result in results { readings[reading]?.queue.put(result.state, at: result.number) }
  }

  // MARK: Taking

  /// Makes sure that the next blob of a file is on its way.
  mutating func want(_ number: Int) {
    guard readings[number]?.queue.isEmpty == true else { return }
    queueNext(of: number)
    fill(number)
  }

  /// Whether `take` has an answer: the next blob is there, or there is none.
  func isReady(_ number: Int) -> Bool {
    guard let reading = readings[number] else { return true }
    return reading.isOver || reading.queue.isReady
  }

  /// The next blob of a file.
  ///
  /// - Precondition: `isReady`.
  mutating func take(_ number: Int) -> Step {
    guard readings[number]?.queue.isEmpty == false, let element = readings[number]?.queue.removeFirst() else {
      return .end
    }
    fillAll()
    guard case .blob(_, let state) = element else { preconditionFailure("nothing but blobs is queued here") }
    switch state {
    case .loaded(let bytes): return .blob(bytes)
    case .failed(let error): return .failed(error)
    case .sameAsBefore: return .sameAsBefore
    case .waiting, .loading: preconditionFailure("a blob is taken before it is there")
    }
  }

  // MARK: Filling

  private mutating func fillAll() {
    for number in readings.keys.sorted() { fill(number) }
  }

  /// Queues what may lie ahead.
  private mutating func fill(_ number: Int) {
    var total = readings.values.reduce(Int64(0)) { $0 + $1.queue.bytesAhead }
    let share = limit / Int64(max(1, readings.count))
    while total < limit, mayQueue(number, share: share) {
      let before = readings[number]?.queue.bytesAhead ?? 0
      queueNext(of: number)
      total += (readings[number]?.queue.bytesAhead ?? before) - before
    }
  }

  private func mayQueue(_ number: Int, share: Int64) -> Bool {
    guard let reading = readings[number] else { return false }
    return !reading.rest.isEmpty && reading.queue.bytesAhead < share && reading.queue.count < Self.blobsAhead
  }

  private mutating func queueNext(of number: Int) {
    guard let path = readings[number]?.path, let id = readings[number]?.rest.popFirst() else { return }
    guard let location = index.location(of: id, .data) else {
      preconditionFailure("the blobs of a file are looked up before it is read")
    }
    readings[number]?.queue.append(ContentQueue<Void>.Wanted(id: id, location: location, path: path))
  }
}
