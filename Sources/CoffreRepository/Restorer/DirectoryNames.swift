import CoffreCore

/// The directories that a restore met, by number: each has its name and the one above it. Paths are put together only when
/// somebody asks, however deep the tree.
struct DirectoryNames: Sendable {
  private var names: [[UInt8]] = []
  private var parents: [Int?] = []

  /// - Parameter parent: `nil` for the directory where the restore begins.
  /// - Returns: its number.
  mutating func append(_ name: [UInt8], in parent: Int?) -> Int {
    names.append(name)
    parents.append(parent)
    return names.count - 1
  }

  func parent(of directory: Int) -> Int? { parents[directory] }

  /// From where the restore begins; of that itself, none.
  func components(of directory: Int?) -> [PathBytes] {
    var components: [PathBytes] = []
    var next = directory
    while let current = next {
      components.append(names[current])
      next = parents[current]
    }
    return components.reversed()
  }

  func path(of directory: Int?) -> PathBytes { components(of: directory).reduce([]) { joined($0, $1) } }
}
