package import CoffreCore

/// A path of this machine, and where something must be mounted for it to be the one that is meant.
package struct PlacedPath: Sendable, Hashable {
  package let path: PathBytes
  package let mount: PathBytes?

  package init(path: PathBytes, mount: PathBytes?) {
    self.path = path
    self.mount = mount
  }
}

/// Where shares and drives of Windows lie on this machine: a table that somebody wrote.
package struct PathPlaces: Sendable, Hashable {
  package struct Place: Sendable, Hashable {
    let windows: WindowsPath
    /// Absolute.
    package let folder: PathBytes
    /// Whether a file system must be mounted there: an empty mount point looks like a share without files.
    package let mustBeMounted: Bool
  }

  package private(set) var all: [Place] = []

  package init() {}

  /// - Parameter windows: `\\server\share`, `Z:`, or a folder of such.
  /// - Returns: what is wrong with it, `nil` if it was added.
  package mutating func add(_ windows: [UInt8], at folder: PathBytes, mustBeMounted: Bool) -> Message? {
    guard let path = WindowsPath(windows) ?? WindowsPath(slashed: windows), path.problem == nil else {
      return "'\(displayed(windows))' is no share and no drive; write '\\\\server\\share' or 'Z:'"
    }
    guard folder.first == UInt8(ascii: "/"), !folder.contains(0) else {
      return "'\(displayed(folder))' is no absolute folder"
    }
    guard !all.contains(where: { $0.windows.hasSameParts(as: path) }) else {
      return "'\(displayed(windows))' is named twice"
    }
    all.append(Place(windows: path, folder: folder, mustBeMounted: mustBeMounted))
    return nil
  }

  /// Whether a path says by itself where it lies.
  static func isAbsolute(_ path: [UInt8]) -> Bool { path.first == UInt8(ascii: "/") || WindowsPath(path) != nil }

  /// - Parameter column: that the path stands in, for what is wrong with it.
  func place(_ given: [UInt8], of column: InventoryColumn) throws(RowProblem) -> PlacedPath {
    guard !given.contains(0) else { throw RowProblem("path", column, "the path holds a zero byte") }
    if given.first == UInt8(ascii: "/") {
      // `//server/share` is a path of this machine, unless the table says what else it is.
      if let windows = WindowsPath(slashed: given), windows.problem == nil, let placed = placed(windows) {
        return placed
      }
      return PlacedPath(path: given, mount: nil)
    }
    guard let windows = WindowsPath(given) else {
      throw RowProblem("path", column, "the path '\(shown(given))' is not absolute")
    }
    if let problem = windows.problem { throw RowProblem("path", column, problem) }
    guard let placed = placed(windows) else {
      throw RowProblem(
        "no-place", column,
        "nobody says where '\(shown(given))' lies on this machine; name its share or drive under 'mounts:' in the "
          + "mapping file")
    }
    return placed
  }

  /// By the longest entry of the table that fits.
  private func placed(_ path: WindowsPath) -> PlacedPath? {
    let fitting = all.filter { path.begins(with: $0.windows) }
    guard let place = fitting.max(by: { $0.windows.parts.count < $1.windows.parts.count }) else { return nil }
    let rest = path.parts.dropFirst(place.windows.parts.count)
    return PlacedPath(
      path: rest.reduce(place.folder) { joined($0, $1) }, mount: place.mustBeMounted ? place.folder : nil)
  }
}
