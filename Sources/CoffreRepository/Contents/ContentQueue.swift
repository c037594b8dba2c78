import CoffreCore

/// Files on their way out, each followed by its blobs, in order; the blobs are loaded in any order meanwhile.
///
/// A value without locks: `ContentPipeline` guards it. Elements are numbered from 0 on; those before `first` are gone.
struct ContentQueue<Header: Sendable>: Sendable {
  enum Element: Sendable {
    case header(Header)
    case blob(Wanted, State)
  }

  struct Wanted: Sendable {
    let id: BlobID
    let location: BlobLocation
    let path: PathBytes
  }

  enum State: Sendable {
    case waiting
    case loading
    case loaded([UInt8])
    case failed(any Error)
    /// The blob before it is the same one: long runs of zeros, mostly.
    case sameAsBefore
  }

  /// What was taken is gone at once; its place is used again later.
  private var elements: [Element?] = []
  /// Where in `elements` the oldest one is.
  private var head = 0
  /// The number of the oldest element.
  private var first = 0
  /// Nothing before this number waits to be loaded.
  private var nextToLoad = 0
  private var waitingCount = 0
  private var lastBlob: BlobID?
  /// Plaintext of all blobs in the queue, loaded or not.
  private(set) var bytesAhead: Int64 = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ header: Header) {
    elements.append(.header(header))
    lastBlob = nil
  }

  mutating func append(_ wanted: Wanted) {
    if wanted.id == lastBlob {
      elements.append(.blob(wanted, .sameAsBefore))
    } else {
      bytesAhead += Int64(wanted.location.plainLength)
      elements.append(.blob(wanted, .waiting))
      waitingCount += 1
      lastBlob = wanted.id
    }
  }
}

// MARK: Loading

extension ContentQueue {
  /// How far a reader looks for more blobs of the same pack.
  private static var window: Int { 64 }
  private static var largestGap: UInt32 { 16 << 10 }
  private static var largestRun: UInt32 { 4 << 20 }

  var hasWork: Bool { waitingCount > 0 }

  /// Takes the next blob that waits, and those soon after it that lie right behind it in the same pack: one read for all.
  mutating func claim() -> [(number: Int, wanted: Wanted)] {
    while nextToLoad < first + count, !isWaiting(nextToLoad) { nextToLoad += 1 }
    guard nextToLoad < first + count, case .blob(let start, _) = self[nextToLoad] else { return [] }
    var candidates: [(number: Int, wanted: Wanted)] = []
    for number in nextToLoad..<min(first + count, nextToLoad + Self.window) {
      guard case .blob(let wanted, .waiting) = self[number], wanted.location.pack == start.location.pack else {
        continue
      }
      candidates.append((number, wanted))
    }
    let run = Self.run(from: start.location, among: candidates)
    for (number, wanted) in run { self[number] = .blob(wanted, .loading) }
    waitingCount -= run.count
    return run
  }

  /// What of `candidates` follows the first one closely in the pack.
  private static func run(from start: BlobLocation, among candidates: [(number: Int, wanted: Wanted)])
    -> [(number: Int, wanted: Wanted)]
  {
    var run: [(number: Int, wanted: Wanted)] = []
    var end = start.offset
    for candidate in candidates.sorted(by: { $0.wanted.location.offset < $1.wanted.location.offset })
    where candidate.wanted.location.offset >= start.offset {
      let location = candidate.wanted.location
      let isClose = location.offset <= end || location.offset - end <= largestGap
      let (next, isOver) = location.offset.addingReportingOverflow(location.length)
      // The first is always taken, whatever its size.
      guard run.isEmpty || isClose && !isOver && next - start.offset <= largestRun else { break }
      run.append(candidate)
      end = max(end, isOver ? .max : next)
    }
    return run
  }

  private func isWaiting(_ number: Int) -> Bool {
    if case .blob(_, .waiting) = self[number] { true } else { false }
  }

  mutating func put(_ state: State, at number: Int) {
    guard number >= first, case .blob(let wanted, _) = self[number] else { return }
    self[number] = .blob(wanted, state)
  }

  private subscript(_ number: Int) -> Element? {
    get { elements[head + number - first] }
    set { elements[head + number - first] = newValue }
  }
}

// MARK: Taking

extension ContentQueue {
  /// Whether the oldest element can be taken now.
  var isReady: Bool {
    guard !isEmpty, let element = elements[head] else { return false }
    switch element {
    case .header, .blob(_, .loaded), .blob(_, .failed), .blob(_, .sameAsBefore): return true
    case .blob(_, .waiting), .blob(_, .loading): return false
    }
  }

  /// - Precondition: the queue is not empty.
  mutating func removeFirst() -> Element? {
    let element = elements[head]
    if case .blob(let wanted, let state) = element {
      if case .sameAsBefore = state {} else { bytesAhead -= Int64(wanted.location.plainLength) }
      if case .waiting = state { waitingCount -= 1 }
    }
    elements[head] = nil
    head += 1
    first += 1
    nextToLoad = max(nextToLoad, first)
    if head >= 1024, head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}
