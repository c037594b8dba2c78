package import CoffreCore
import Synchronization

/// How thoroughly a repository is checked.
package struct CheckRequest: Sendable {
  /// Which packs are read in full.
  package enum DataShare: Sendable, Hashable {
    case none
    case all
    /// Packs whose first id byte modulo `of` is `part` - 1: over `of` runs all are read.
    case part(Int, of: Int)
    /// A random share, in percent of the packs.
    case percent(Double)
    /// A random choice of about so many bytes.
    case bytes(Int64)
  }

  package var data = DataShare.none
  package var threadCount: Int

  package init(threadCount: Int) { self.threadCount = threadCount }
}

extension CheckRequest.DataShare {
  /// Reads `5%`, `1/7` or `2G`.
  package init?(_ text: String) {
    if text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 100 {
      self = .percent(percent)
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard let part = Int(parts[0]), let of = Int(parts[1]), (1...256).contains(of), (1...of).contains(part) else {
        return nil
      }
      self = .part(part, of: of)
      return
    }
    let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    guard let last = text.uppercased().last, let unit = units[last], let count = Int64(text.dropLast()), count > 0,
      count <= Int64.max / unit
    else { return nil }
    self = .bytes(count * unit)
  }

  /// Chooses among packs given with their sizes.
  func choose(among packs: [(id: PackID, size: Int64)], using random: inout some RandomNumberGenerator) -> [PackID] {
    switch self {
    case .none: return []
    case .all: return packs.map(\.id)
    case .part(let part, let of): return packs.map(\.id).filter { Int($0.word0 >> 56) % of == part - 1 }
    case .percent(let percent):
      let count = packs.isEmpty ? 0 : max(1, Int((Double(packs.count) * percent / 100).rounded()))
      return Array(packs.shuffled(using: &random).prefix(count)).map(\.id)
    case .bytes(let bytes):
      var left = bytes
      var chosen: [PackID] = []
      for pack in packs.shuffled(using: &random) where left > 0 {
        chosen.append(pack.id)
        left -= pack.size
      }
      return chosen
    }
  }
}

/// What a check found, written by all its threads.
package final class CheckFindings: Sendable {
  package struct Counters: Sendable, Hashable {
    package var errors = 0
    package var hints = 0
    package var snapshots = 0
    package var indexFiles = 0
    package var blobs = 0
    package var packs = 0
    package var trees = 0
    package var packsToRead = 0
    package var packsRead = 0
    package var bytesToRead: Int64 = 0
    package var bytesRead: Int64 = 0
    package var brokenPacks: Set<PackID> = []
    package var remedies = Remedies()
    package var phase: Message = "opening"
  }

  /// What would mend what was found.
  package struct Remedies: Sendable, Hashable {
    /// `repo repair index`: it names packs that are gone or wrong, or cannot be read.
    package var repairsIndex = false
    /// With `--read-all-packs`: what it says can only be found wrong by reading the packs.
    package var readsAllPacks = false
    /// `repo repair packs`: they are there, but not all in them is good.
    package var packs: Set<PackID> = []
    /// `repo key remove`: they open nothing.
    package var keys: Set<KeyID> = []
    /// `repo repair snapshots`: they need what is not there.
    package var repairsSnapshots = false
    /// The index lists packs twice, which `repo repair index` tidies.
    package var tidiesIndex = false
    /// `repo prune`: packs that no index names.
    package var prunes = false
  }

  private let counters = Mutex(Counters())
  private let events: any EventSink

  package init(events: any EventSink) { self.events = events }

  package var snapshot: Counters { counters.withLock { $0 } }

  func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  /// Damage: something cannot be restored, or is not what the format says.
  func error(_ subject: String, _ problem: Message) {
    count { $0.errors += 1 }
    events.take(.warning(JobWarning(code: "damaged", subject: subject, message: problem, isLoss: true)))
  }

  /// Harmless, worth tidying.
  func hint(_ subject: String, _ problem: Message) {
    count { $0.hints += 1 }
    events.take(.warning(JobWarning(code: "hint", subject: subject, message: problem, isLoss: false)))
  }
}
