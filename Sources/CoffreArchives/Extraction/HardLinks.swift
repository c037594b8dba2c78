import CoffreCore

/// Further names of an archive's files. They are made at the end: only then is it known what became of the files, and a name
/// must never be given to what somebody else has in their place.
struct HardLinks {
  struct Link {
    let entry: ArchiveEntry
    let name: PathBytes
    /// Of its folder; `nil` for the target.
    let parent: Int?
    /// Cleaned.
    let path: PathBytes
    /// The number of the file, never of another link.
    let original: Int
  }

  /// Why a file has no further names.
  enum Fate: Sendable, Hashable {
    /// Left alone because of the overwrite rule.
    case skipped
    /// A later entry of the archive has its name.
    case replaced
    case failed
  }

  private var links: [Link?] = []
  private var fates: [Int: Fate] = [:]

  var count: Int { links.count }
  var all: [Link] { links.compactMap { $0 } }

  /// - Returns: its place, for `drop`.
  mutating func add(_ link: Link) -> Int {
    links.append(link)
    return links.count - 1
  }

  /// A later entry has its name.
  mutating func drop(_ place: Int) { links[place] = nil }

  func fate(of number: Int) -> Fate? { fates[number] }

  /// The first one counts.
  mutating func note(_ fate: Fate, of number: Int) { if fates[number] == nil { fates[number] = fate } }
}
