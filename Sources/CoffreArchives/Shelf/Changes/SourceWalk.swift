import CoffreCore

/// The entries of a source, in the order of a manifest (`ShelfEntryOrder`). One thread; few folders are open at a time.
struct SourceWalk {
  /// One entry, while its folder is open.
  struct Found {
    /// Relative.
    let path: PathBytes
    let entry: ListedEntry
    let directory: any OpenDirectory
    let listing: Listing
    let index: Int

    func details() throws(SourceError) -> EntryDetails { try directory.details(of: index, in: listing) }
    func read(part: Int) throws(SourceError) -> any ByteReader { try directory.read(index, part: part, in: listing) }
  }

  /// A directory, with what of it had to be asked while the one above was open.
  struct Directory {
    let path: PathBytes
    let entry: ListedEntry
    let details: EntryDetails
  }

  enum Step {
    case directory(Directory)
    case entry(Found)
  }

  private enum Pending {
    case directory(Directory, any UnopenedDirectory)
    /// Files that tell of all else in their folder.
    case last([Found])
  }

  let session: any SourceSession
  let cancellation: Cancellation
  let report: ([ListingNote]) -> Void
  /// Told what cannot be taken, by its absolute path.
  let lose: (SourceError, PathBytes) -> Void

  func run(_ visit: (Step) throws -> Void) throws {
    let root = try session.top.open()
    var stack = try entries(of: root, at: [], visit)
    while let next = stack.popLast() {
      try cancellation.check()
      switch next {
      case .last(let files): for file in files { try visit(.entry(file)) }
      case .directory(let directory, let unopened):
        let opened: any OpenDirectory
        let found: Listing
        do throws(SourceError) {
          opened = try unopened.open()
          found = try opened.list()
        } catch {
          guard !error.endsRun else { throw error }
          lose(error, absolute(directory.path))
          continue
        }
        try visit(.directory(directory))
        stack += try entries(found, of: opened, at: directory.path, visit)
      }
    }
  }

  private func entries(of root: any OpenDirectory, at path: PathBytes, _ visit: (Step) throws -> Void) throws
    -> [Pending]
  {
    try entries(try root.list(), of: root, at: path, visit)
  }

  /// Visits what is no directory.
  ///
  /// - Returns: the rest, the first one last.
  private func entries(
    _ listing: Listing, of directory: any OpenDirectory, at path: PathBytes, _ visit: (Step) throws -> Void
  ) throws -> [Pending] {
    report(listing.notes)
    var directories: [Pending] = []
    var last: [Found] = []
    for index in listing.sortedByName() {
      try cancellation.check()
      let entry = listing.entries[index]
      let name = listing.name(of: index)
      let own = path.isEmpty ? name : joined(path, name)
      let found = Found(path: own, entry: entry, directory: directory, listing: listing, index: index)
      if entry.attributes.kind == .directory {
        let details = read(detailsOf: found) ?? EntryDetails()
        directories.append(
          .directory(
            Directory(path: own, entry: entry, details: details), directory.directory(index, in: listing)))
      } else if entry.making == .madeLast {
        last.append(found)
      } else if entry.attributes.kind != .socket {
        try visit(.entry(found))
      }
    }
    return (last.isEmpty ? [] : [.last(last)]) + directories.reversed()
  }

  /// - Returns: `nil` if they cannot be had, which is told.
  private func read(detailsOf found: Found) -> EntryDetails? {
    do throws(SourceError) {
      return try found.details()
    } catch {
      lose(error, absolute(found.path))
      return nil
    }
  }

  func absolute(_ path: PathBytes) -> PathBytes { [UInt8(ascii: "/")] + path }
}
