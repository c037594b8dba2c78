package import CoffreCore
import CoffreSystem

/// A file that a killed save left in a local repository, under a temporary name.
package struct Leftover: Sendable, Hashable {
  /// In the repository's folder.
  package let path: String
  package let sizeInBytes: Int64
}

extension Repository {
  /// No save takes that long.
  private static let leftoverAge: Int64 = 24 * 3600

  /// Temporary files older than a day, `<id>-tmp-<random>`, as Coffre and restic name them. They count for nothing; only
  /// the space is wasted. Empty where the repository is not in a local folder.
  package func leftovers(now: Timestamp = Clock.now()) throws -> [Leftover] {
    guard let root = store.traits.localFolder else { return [] }
    var found: [Leftover] = []
    var folders = ObjectKind.allCases.map { Array($0.rawValue.utf8) }
    while let folder = folders.popLast() {
      let isPackFolder = folder == Array(ObjectKind.pack.rawValue.utf8)
      for (name, attributes) in try entries(of: joined(root, folder)) {
        let path = joined(folder, name)
        if attributes.kind == .directory, isPackFolder { folders.append(path) }
        guard attributes.kind == .file, Self.isTemporary(name) else { continue }
        guard now.seconds - attributes.modified.seconds > Self.leftoverAge else { continue }
        found.append(Leftover(path: displayed(path), sizeInBytes: attributes.size))
      }
    }
    return found.sorted { $0.path < $1.path }
  }

  /// To be called under an exclusive lock.
  package func remove(_ leftover: Leftover) throws {
    guard let root = store.traits.localFolder else { return }
    do throws(SystemError) {
      try removeFile(joined(root, Array(leftover.path.utf8)))
    } catch {
      guard !error.isNotFound else { return }
      throw error
    }
  }

  private func entries(of folder: PathBytes) throws(SystemError) -> [(name: PathBytes, attributes: EntryAttributes)] {
    var found: [(name: PathBytes, attributes: EntryAttributes)] = []
    do throws(SystemError) {
      try FileDescriptor.openDirectory(path: folder).listEntries(filter: { _ in true }) { name, attributes, _ in
        var text: PathBytes = []
        append(name, to: &text)
        if let attributes { found.append((text, attributes)) }
      }
    } catch {
      guard error.isNotFound else { throw error }
    }
    return found
  }

  /// An id, `-tmp-`, and letters or digits.
  private static func isTemporary(_ name: PathBytes) -> Bool {
    let mark = Array("-tmp-".utf8)
    let rest = name.dropFirst(Digest.hexCount)
    guard Digest(hex: displayed(name.prefix(Digest.hexCount))) != nil, rest.starts(with: mark) else { return false }
    return rest.count > mark.count
      && rest.dropFirst(mark.count).allSatisfy { Character(Unicode.Scalar($0)).isLetter || (0x30...0x39).contains($0) }
  }
}
