import CoffreCore

/// Which database of a dump the statements are about that are read by now. Pure: it decides, and nothing happens here.
///
/// A dump of one database does not name it. One of several goes from one to the other by `USE`, and back again: views come
/// after all tables of all databases.
struct DumpParts: Sendable {
  enum Place: Sendable, Hashable {
    case wanted
    /// In a database that is not wanted.
    case elsewhere
    /// In none, though one is wanted by its name.
    case nowhere
  }

  /// `nil` where the dump shall be of one database, which it does not name. Names are in UTF-8.
  let wanted: [UInt8]?
  /// The databases that it makes or uses, each once, in their order.
  private(set) var found: [[UInt8]] = []
  /// The one that it uses by now.
  private(set) var current: [UInt8]?
  /// Whether a database was named at all.
  private(set) var isNamed = false

  init(wanted: [UInt8]?) { self.wanted = wanted }

  var place: Place {
    guard let wanted else { return isNamed ? .elsewhere : .wanted }
    guard let current else { return .nowhere }
    return current == wanted ? .wanted : .elsewhere
  }

  /// Whether nothing more is run, and its databases are only looked for, to tell them: no one was wanted by its name.
  var isListing: Bool { wanted == nil && isNamed }

  /// Those that are not wanted.
  var others: [[UInt8]] { found.filter { $0 != wanted } }

  /// `USE`.
  mutating func use(_ name: [UInt8]) {
    _ = note(name)
    current = name
  }

  /// `CREATE DATABASE`.
  ///
  /// - Returns: whether it is the one that is wanted, and says first what that is like.
  mutating func make(_ name: [UInt8]) -> Bool { note(name) && name == wanted }

  /// `DROP DATABASE`, as dumps have it before they make one.
  ///
  /// - Returns: `false` if that would drop what was loaded.
  mutating func drop(_ name: [UInt8]) -> Bool {
    isNamed = true
    if current == name { current = nil }
    return name != wanted || !found.contains(name)
  }

  /// - Returns: whether it was not there before.
  private mutating func note(_ name: [UInt8]) -> Bool {
    isNamed = true
    guard !found.contains(name) else { return false }
    found.append(name)
    return true
  }
}
