import CoffreCore

/// Wanted further names of files that are not wanted themselves.
///
/// Which file has such names shows behind its content only: the archive is read once more for them.
struct LinksToUnwanted {
  struct Link {
    let entry: ArchiveEntry
    let parts: [PathBytes]
    /// Cleaned.
    let path: PathBytes
    /// Of the file, cleaned.
    let first: PathBytes
    /// Among all entries of the archive, from 0.
    let place: Int
  }

  private var links: [PathBytes: Link] = [:]
  private var metPlaces: Set<Int> = []

  var count: Int { links.count }

  /// The later entry of a name counts.
  mutating func add(_ link: Link) { links[link.path] = link }

  mutating func drop(_ path: PathBytes) { links[path] = nil }

  /// The file that a name stands for, if it waits for one.
  func first(of path: PathBytes) -> PathBytes? { links[path]?.first }

  /// By the paths of their files, each in the order of the archive.
  var byFirst: [PathBytes: [Link]] {
    Dictionary(grouping: links.values) { $0.first }.mapValues { links in links.sorted { $0.place < $1.place } }
  }

  mutating func noteMet(_ links: [Link]) { metPlaces.formUnion(links.map(\.place)) }

  /// In the order of the archive.
  var unmet: [Link] { links.values.filter { !metPlaces.contains($0.place) }.sorted { $0.place < $1.place } }
}
