import CoffreCore

/// What is wanted from an archive, by its names there. Both mostly come in the same order: then little is in memory.
///
/// Some formats do not keep whether `é` was one character or two, and two files of a folder may differ in that alone. So all
/// who want a name that reads the same are asked, and the content decides whose it is.
final class WantedContents {
  typealias Wish = (name: PathBytes, wanted: PointArchives.Wanted)

  private var next: (() throws -> Wish?)?
  private var passed: [NameKey: [Wish]] = [:]
  /// Who met an entry with another content, by their numbers.
  private var unmet = NumberSet()

  init(_ next: @escaping () throws -> Wish?) throws { self.next = next }

  /// Who may want the archive's entry of a name. Whoever finds that it is another one's is put back.
  ///
  /// - Parameter size: of its content, in bytes, if the archive tells.
  func take(_ name: PathBytes, size: Int64?) throws -> [Wish] {
    let key = NameKey(name)
    let known = takePassed(key, size)
    guard known.isEmpty else { return known }
    while let found = try pull() {
      guard found.name == name || NameKey(found.name) == key else {
        pass(found)
        continue
      }
      if isPossible(found, size) { return [found] }
      pass(found)
    }
    return []
  }

  /// It was another one's.
  func putBack(_ wish: Wish) {
    unmet.insert(wish.wanted.number)
    pass(wish)
  }

  private func takePassed(_ key: NameKey, _ size: Int64?) -> [Wish] {
    guard let known = passed[key] else { return [] }
    var found: [Wish] = []
    var rest: [Wish] = []
    for wish in known { if isPossible(wish, size) { found.append(wish) } else { rest.append(wish) } }
    passed[key] = rest.isEmpty ? nil : rest
    return found
  }

  /// What has another size need not be read.
  private func isPossible(_ wish: Wish, _ size: Int64?) -> Bool {
    guard let size, size != wish.wanted.size else { return true }
    unmet.insert(wish.wanted.number)
    return false
  }

  private func pass(_ wish: Wish) { passed[NameKey(wish.name), default: []].append(wish) }

  private func pull() throws -> Wish? {
    guard let next else { return nil }
    let found = try next()
    if found == nil { self.next = nil }
    return found
  }

  func hasMore() throws -> Bool {
    guard passed.isEmpty else { return true }
    guard let found = try pull() else { return false }
    pass(found)
    return true
  }

  /// Everything that is still wanted is in memory afterwards.
  func readRest() throws { while let found = try pull() { pass(found) } }

  var rest: [PointArchives.Unmet] {
    passed.values.flatMap { wishes in
      wishes.map { PointArchives.Unmet(wanted: $0.wanted, isOther: unmet.contains($0.wanted.number)) }
    }.sorted { $0.wanted.number < $1.wanted.number }
  }
}

/// A name as it reads: equal for all ways to write one text in Unicode. What is no UTF-8 is equal to itself alone.
private enum NameKey: Hashable {
  case text(String)
  case bytes([UInt8])

  init(_ name: PathBytes) {
    if let text = String(validating: name, as: UTF8.self) { self = .text(text) } else { self = .bytes(name) }
  }
}
