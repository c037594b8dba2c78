import CoffreCore
import CoffreSystem

/// A path with shell patterns in its components, as Go's `filepath.Glob` reads it: `*` matches names that begin with a
/// dot too, and folders that cannot be read hold nothing.
struct PathExpansion {
  private let isAbsolute: Bool
  private let parts: [(text: PathBytes, pattern: NamePattern)]

  init(_ path: PathBytes) throws(Pattern.Invalid) {
    isAbsolute = path.first == UInt8(ascii: "/")
    var parts: [(text: PathBytes, pattern: NamePattern)] = []
    for component in components(of: path) {
      parts.append((component, try NamePattern(component, of: displayed(path))))
    }
    self.parts = parts
  }

  /// The paths that exist, those of one folder in the order of their names.
  func matches() -> [PathBytes] {
    let start: PathBytes = [UInt8(ascii: isAbsolute ? "/" : ".")]
    guard !parts.isEmpty else { return [start] }
    var places: [PathBytes?] = [isAbsolute ? start : nil]
    for part in parts {
      places = places.flatMap { place -> [PathBytes?] in
        if let name = part.pattern.literal { return [Self.joined(place, name)] }
        return Self.names(in: place ?? start).filter { part.pattern.matches($0) }.map { Self.joined(place, $0) }
      }
    }
    return places.compactMap { $0 }.filter { path in (try? FileDescriptor.attributes(ofPath: path)) != nil }
  }

  private static func names(in folder: PathBytes) -> [PathBytes] {
    guard let open = try? FileDescriptor.openDirectory(path: folder), let names = try? open.entryNames() else {
      return []
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func joined(_ folder: PathBytes?, _ name: PathBytes) -> PathBytes {
    folder.map { CoffreCore.joined($0, name) } ?? name
  }
}
