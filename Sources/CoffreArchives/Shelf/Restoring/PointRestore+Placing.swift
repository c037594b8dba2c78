import CoffreCore
import CoffreSystem

/// Gives the session the entries that are wanted, in the order of the manifest, with the folders they lie in.
extension PointRestore {
  /// A directory above the entry at hand.
  private struct Above {
    let entry: ShelfEntry
    /// Its place in the manifest.
    let ordinal: Int
    /// The session's number; `nil` as long as nothing in it is wanted.
    var number: Int?
  }

  /// Another name of a file that was placed.
  struct Link {
    let entry: ShelfEntry
    /// What it is called in its folder.
    let name: PathBytes
    /// The session's number of that folder; `nil` for the target.
    let parent: Int?
    /// The session's number of the file.
    let original: Int
  }

  /// What is known of files with several names, by the first.
  private struct Linked {
    var numbers: [PathBytes: Int] = [:]
    /// What stands there was left alone.
    var skipped: Set<PathBytes> = []
    /// Not wanted themselves: their places in the manifest, and where their contents lie.
    var leftOut: [PathBytes: (ordinal: Int, need: Int?)] = [:]
  }

  func placeAll() throws {
    let linkedNames = try namesOfLinked()
    var above: [Above] = []
    var linked = Linked()
    var choice = options.choice
    var ordinal = -1
    try entries { entry in
      ordinal += 1
      while let last = above.last, !entry.path.starts(with: last.entry.path + [UInt8(ascii: "/")]) {
        close(above.removeLast())
      }
      let answer = choice.answer(for: entry)
      guard answer == .take else {
        if linkedNames.contains(entry.path), let content = entry.content {
          linked.leftOut[entry.path] = (ordinal, content.need)
        }
        if answer == .enter { above.append(Above(entry: entry, ordinal: ordinal)) } else { unplaced.append(ordinal) }
        return
      }
      // A folder that is entered for what is in it comes before that.
      for index in above.indices where above[index].number == nil {
        above[index].number = place(above[index].entry, above[index].ordinal, in: index > 0 ? above[index - 1] : nil)
        guard above[index].number == nil else { continue }
        for directory in above[(index + 1)...] { close(directory) }
        above.removeSubrange(index...)
        break
      }
      guard isFileName(name(of: entry, in: above.last)) else {
        return passOver(entry, ordinal, "its folder is not there")
      }
      if entry.hardLinkOf != nil { return place(link: entry, ordinal, in: above.last, &linked) }
      let number = place(entry, ordinal, in: above.last) { placement in
        if entry.attributes.kind == .file { note(placement, of: entry, ordinal, need: entry.content?.need) }
        if placement == .skipped, linkedNames.contains(entry.path) { linked.skipped.insert(entry.path) }
      }
      guard let number else { return }
      if linkedNames.contains(entry.path), !linked.skipped.contains(entry.path) { linked.numbers[entry.path] = number }
      if entry.attributes.kind == .directory { above.append(Above(entry: entry, ordinal: ordinal, number: number)) }
    }
    for directory in above.reversed() { close(directory) }
    nextNumber = number(of: ordinal + 1)
    if outcome.entries == 0, options.choice.isChoosing {
      progress.warn("nothing-matched", [], "nothing in the backup matches the patterns", isLoss: false)
    }
  }

  /// Gives the session the further names of files, in their order.
  ///
  /// - Parameter isThere: whether the file with a number of the session is whole.
  func placeLinks(_ isThere: (Int) -> Bool) throws {
    for link in links {
      try cancellation.check()
      guard isThere(link.original) else {
        progress.warn(
          "link-lost", [UInt8(ascii: "/")] + link.entry.path,
          "the file that it is another name of could not be brought back", isLoss: true)
        continue
      }
      _ = place(link.entry, nextNumber, named: link.name, in: link.parent, linkedTo: link.original)
      nextNumber += 1
    }
  }

  /// A directory that nothing was wanted in.
  private func close(_ directory: Above) {
    guard directory.number == nil else { return }
    // Those in it were left out before it was.
    unplaced.insert(directory.ordinal, at: countOfUnplaced(before: directory.ordinal))
  }

  private func entries(_ body: (ShelfEntry) throws -> Void) throws {
    let reader = try ShelfManifestReader(try shelf.manifest(at: point.place))
    while let entry = try reader.nextEntry() {
      try cancellation.check()
      try body(entry)
    }
  }

  /// Paths of files that have further names.
  private func namesOfLinked() throws -> Set<PathBytes> {
    var names: Set<PathBytes> = []
    try entries { entry in if let first = entry.hardLinkOf { names.insert(first) } }
    return names
  }
}

// MARK: One entry

extension PointRestore {
  /// - Returns: its number; `nil` if it could not be placed, which is told.
  private func place(
    _ entry: ShelfEntry, _ ordinal: Int, in directory: Above?, _ done: (Placement) -> Void = { _ in }
  ) -> Int? {
    place(entry, number(of: ordinal), named: name(of: entry, in: directory), in: directory?.number, done)
  }

  private func place(
    _ entry: ShelfEntry, _ number: Int, named name: PathBytes, in parent: Int?, linkedTo link: Int? = nil,
    _ done: (Placement) -> Void = { _ in }
  ) -> Int? {
    outcome.entries += 1
    do throws(SourceError) {
      done(
        try session.place(
          RestoredEntry(
            number: number, parent: parent, name: name, attributes: entry.attributes, details: entry.details,
            hardLinkOf: link)))
      return number
    } catch {
      lose(entry.path, "cannot \(.word(error.action)) it: \(error.cause)")
      return nil
    }
  }

  private func name(of entry: ShelfEntry, in directory: Above?) -> PathBytes {
    Array(entry.path[(directory.map { $0.entry.path.count + 1 } ?? 0)...])
  }

  /// Another name of a file; one whose first name is not wanted gets the content itself.
  private func place(link entry: ShelfEntry, _ ordinal: Int, in directory: Above?, _ linked: inout Linked) {
    guard let first = entry.hardLinkOf else { return }
    if linked.skipped.contains(first) {
      // What stands there may be somebody else's: nothing is linked to it.
      unplaced.append(ordinal)
      return progress.warn(
        "link-skipped", [UInt8(ascii: "/")] + entry.path,
        "the file that it is another name of was left alone, and so is this name", isLoss: false)
    }
    if let number = linked.numbers[first] {
      unplaced.append(ordinal)
      return links.append(
        Link(entry: entry, name: name(of: entry, in: directory), parent: directory?.number, original: number))
    }
    guard let content = linked.leftOut[first] else {
      return passOver(entry, ordinal, "the file that it is another name of is not there")
    }
    var isSkipped = false
    let number = place(entry, ordinal, in: directory) { placement in
      standIns[content.ordinal] = ordinal
      note(placement, of: entry, content.ordinal, need: content.need)
      isSkipped = placement == .skipped
    }
    if isSkipped { linked.skipped.insert(first) } else if let number { linked.numbers[first] = number }
  }

  /// - Parameters:
  ///   - ordinal: of the entry that has the content.
  ///   - need: where it lies.
  private func note(_ placement: Placement, of entry: ShelfEntry, _ ordinal: Int, need: Int?) {
    outcome.files += 1
    outcome.bytes = outcome.bytes.adding(saturating: entry.attributes.size)
    progress.item(
      placement == .skipped ? "unchanged" : "restored", [UInt8(ascii: "/")] + entry.path, size: entry.attributes.size)
    guard placement == .skipped || placement == .done else {
      wantedNeeds.insert(need)
      return wanted.insert(ordinal)
    }
    outcome.filesSkipped += 1
    progress.count { counters in
      counters.files += 1
      counters.bytes = counters.bytes.adding(saturating: entry.attributes.size)
    }
  }

  /// An entry that the session is not given: it counts only what it gets.
  private func passOver(_ entry: ShelfEntry, _ ordinal: Int, _ problem: Message) {
    unplaced.append(ordinal)
    lose(entry.path, problem)
  }

  /// The session's number of an entry, by its place in the manifest.
  func number(of ordinal: Int) -> Int { ordinal - countOfUnplaced(before: ordinal) }

  private func countOfUnplaced(before ordinal: Int) -> Int {
    var (low, high) = (0, unplaced.count)
    while low < high {
      let middle = (low + high) / 2
      if unplaced[middle] < ordinal { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func lose(_ path: PathBytes, _ problem: Message) {
    progress.warn("not-restored", [UInt8(ascii: "/")] + path, problem, isLoss: true)
  }
}
