package import CoffreCore

extension SourceSession {
  /// All entries, each after the folder it is in.
  package func allEntries() throws -> [(path: String, kind: EntryKind)] {
    var found: [(path: String, kind: EntryKind)] = []
    var pending: [(path: String, directory: any UnopenedDirectory)] = [("", top)]
    while let next = pending.popLast() {
      let directory = try next.directory.open()
      let listing = try directory.list()
      for index in listing.entries.indices {
        let path = "\(next.path)/\(displayed(listing.name(of: index)))"
        let kind = listing.entries[index].attributes.kind
        found.append((path, kind))
        if kind == .directory { pending.append((path, directory.directory(index, in: listing))) }
      }
    }
    return found
  }
}
