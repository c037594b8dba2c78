import CoffreCore

/// Further names of files: those of files that are not wanted, and those that cannot be had.
extension ExtractionRun {
  /// The file that a hard link leads to, if it is not wanted and there is a way to have it all the same.
  func unwantedFile(of link: PathBytes) -> PathBytes? {
    guard reader === extraction.reader, case .inside(let parts) = EntryPath(link) else { return nil }
    let path = cleaned(parts)
    return linksToUnwanted.first(of: path) ?? (extraction.choice.takes(path) ? nil : path)
  }

  /// Reads the archive once more. The first wanted name of a file gets its content, the others are linked to that one.
  func bringLinksToUnwanted() throws {
    guard linksToUnwanted.count > 0 else { return }
    guard let again = extraction.again else {
      for link in linksToUnwanted.unmet { loseLink(link.entry, to: link.first) }
      return
    }
    reader = try again()
    let byFirst = linksToUnwanted.byFirst
    var ordinal = 0
    while let entry = try reader.next() {
      try extraction.cancellation.check()
      if case .inside(let parts) = EntryPath(entry.path), let links = byFirst[cleaned(parts)] {
        // A name is that of the file before it; of several, of the last.
        try bring(entry, as: links.filter { $0.place > ordinal })
      }
      ordinal += 1
      extraction.progress(counters)
    }
    for link in linksToUnwanted.unmet { loseLink(link.entry, to: link.first) }
  }

  private func bring(_ file: ArchiveEntry, as links: [LinksToUnwanted.Link]) throws {
    guard file.attributes.kind == .file, let first = links.first else { return }
    linksToUnwanted.noteMet(links)
    for link in links {
      // In place of a link to a wanted file each becomes one itself.
      var entry = file.hardLinkOf == nil && link.place == first.place ? file : link.entry
      entry.path = link.entry.path
      if file.hardLinkOf != nil {
        entry.hardLinkOf = file.hardLinkOf
      } else if link.place != first.place {
        entry.hardLinkOf = first.path
      }
      try bring(entry, link.parts, link.path)
    }
  }

  func cleaned(_ parts: [PathBytes]) -> PathBytes { Array(parts.joined(separator: [UInt8(ascii: "/")])) }

  /// - Parameter link: as the archive names the file.
  func loseLink(_ entry: ArchiveEntry, to link: PathBytes) {
    if case .inside(let parts) = EntryPath(link), !extraction.choice.takes(cleaned(parts)) {
      lose("link-lost", entry.path, "it is a hard link to '\(displayed(link))', which is not wanted")
    } else {
      lose("hostile-link", entry.path, "it is a hard link to '\(displayed(link))', which the archive lacks")
    }
  }
}
