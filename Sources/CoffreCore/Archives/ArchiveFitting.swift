/// Makes entries fit into a format, and tells once of each kind of thing that the format cannot hold.
package struct ArchiveFitting {
  /// One thing that the archive lacks.
  package struct Note: Sendable, Hashable {
    /// Stable word for programs.
    package let code: String
    package let path: PathBytes
    package let message: Message
    /// Nobody would want to miss it.
    package let isLoss: Bool

    package init(code: String, path: PathBytes, message: Message, isLoss: Bool) {
      self.code = code
      self.path = path
      self.message = message
      self.isLoss = isLoss
    }
  }

  private let traits: ArchiveTraits
  private let take: (Note) -> Void
  private var told: Set<String> = []
  /// Entries that are not in the archive, harmless ones too.
  package private(set) var leftOut = 0
  /// Entries that nobody would want to miss.
  package private(set) var lost = 0

  package init(_ traits: ArchiveTraits, _ take: @escaping (Note) -> Void) {
    self.traits = traits
    self.take = take
  }

  /// - Parameter path: of the entry where it comes from, for what is told.
  /// - Returns: `nil` if the entry is left out, which was told.
  package mutating func fit(_ entry: ArchiveEntry, at path: PathBytes) -> ArchiveEntry? {
    guard traits.kinds.contains(entry.attributes.kind) else {
      leftOut += 1
      tell(
        "\(entry.attributes.kind)", path,
        "\(traits.name) cannot hold entries of type '\(entry.attributes.kind.typeName)'; this is said of the first one only"
      )
      return nil
    }
    guard entry.path.count < traits.longestPath else {
      lose("long-name", path, "\(traits.name) cannot hold so long a path; it is not in the archive")
      return nil
    }
    guard traits.keepsLineFeeds || !entry.path.contains(0x0A) else {
      lose(
        "line-feed", path,
        "with a password, a line feed in a name does not come back from \(traits.name); it is not in the archive")
      return nil
    }
    guard entry.details.linkTarget.count <= traits.longestLinkTarget else {
      lose(
        "long-link-target", path, "\(traits.name) cannot hold a link with so long a target; it is not in the archive")
      return nil
    }
    var entry = entry
    fitTimes(of: &entry, at: path)
    entry.details.extendedAttributes = attributes(held: entry, at: path)
    return entry
  }

  /// A file that is another name of an earlier one.
  ///
  /// - Returns: whether it can be a hard link in the archive; otherwise, which was told, it becomes a file of its own.
  package mutating func holdsHardLink(at path: PathBytes) -> Bool {
    guard !traits.holdsHardLinks else { return true }
    tell(
      "links", path,
      "\(traits.name) cannot hold hard links: it becomes a file of its own; this is said of the first one only")
    return false
  }

  /// Tells of an entry that is not in the archive, and should be.
  package mutating func lose(_ code: String, _ path: PathBytes, _ message: Message) {
    leftOut += 1
    lost += 1
    take(Note(code: code, path: path, message: message, isLoss: true))
  }

  /// An entry that is in the archive, but not as it should be.
  package mutating func countLoss() { lost += 1 }

  private mutating func attributes(held entry: ArchiveEntry, at path: PathBytes) -> [ExtendedAttribute] {
    let attributes = entry.details.extendedAttributes
    guard !attributes.isEmpty else { return [] }
    switch traits.extendedAttributes {
    case .all: break
    case .none:
      tell("attributes", path, "\(traits.name) cannot hold extended attributes; this is said of the first entry only")
      return []
    case .plainNames:
      let isPlain = attributes.allSatisfy { $0.name.allSatisfy { (0x21...0x7E).contains($0) } }
      guard !isPlain else { break }
      tell(
        "attribute-names", path,
        "\(traits.name) spells odd names of extended attributes with '%'; this is said of the first entry only")
    }
    return attributes
  }

  private mutating func fitTimes(of entry: inout ArchiveEntry, at path: PathBytes) {
    func held(_ time: Timestamp) -> Timestamp {
      if traits.times.contains(time.seconds) { return time }
      let nearest = min(max(time.seconds, traits.times.lowerBound), traits.times.upperBound)
      return Timestamp(seconds: nearest, nanoseconds: 0)
    }
    if !traits.times.contains(entry.attributes.modified.seconds) {
      tell(
        "times", path,
        "\(traits.name) cannot hold its time and takes the nearest one; this is said of the first entry only")
    }
    entry.attributes.modified = held(entry.attributes.modified)
    entry.attributes.accessed = held(entry.attributes.accessed)
    entry.attributes.changed = held(entry.attributes.changed)
  }

  private mutating func tell(_ what: String, _ path: PathBytes, _ message: Message) {
    guard told.insert(what).inserted else { return }
    take(Note(code: "not-in-archive", path: path, message: message, isLoss: false))
  }
}
