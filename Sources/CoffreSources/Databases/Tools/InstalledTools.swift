package import CoffreCore
import CoffreSystem

/// The vendor's programs on this machine, of all versions, or where the environment says that they are.
package struct InstalledTools: Sendable {
  package let family: ToolFamily
  package let found: [VendorTools]

  package init(family: ToolFamily, found: [VendorTools]) {
    self.family = family
    self.found = found
  }

  /// The programs for a server: of its own major version if there are any, else of the next newer one. An older one may
  /// leave out what it does not know.
  package func choose(forMajor major: Int) throws(VendorToolError) -> VendorTools {
    let fitting = found.filter { $0.version.major >= major }
    let best = fitting.min { left, right in
      (left.version.major, -left.version.minor) < (right.version.major, -right.version.minor)
    }
    guard let best else { throw .missing(family: family, major: major, found: found) }
    return best
  }

  /// The programs of a server's own series, such as 10.11: those that read its files, which others may not.
  package func choose(forSeries series: ToolVersion) throws(VendorToolError) -> VendorTools {
    let fitting = found.filter { $0.version.major == series.major && $0.version.minor == series.minor }
    guard let best = fitting.first else { throw .otherSeries(family: family, series: series, found: found) }
    return best
  }

  /// Looks for them.
  ///
  /// - Parameter variable: gives the value of an environment variable. A folder or a prefix named there is the only place
  ///   that is looked at, and what is wrong with it is an error.
  package static func find(
    _ family: ToolFamily, variable: (String) -> String?, cancellation: Cancellation
  ) throws(VendorToolError) -> InstalledTools {
    let prefix = try words(of: variable(family.prefixVariable) ?? "")
    let chosen = variable(family.folderVariable).flatMap { $0.isEmpty ? nil : $0 }
    if !prefix.isEmpty || chosen != nil {
      let tools = try read(family, prefix: prefix, folder: chosen, cancellation: cancellation)
      return InstalledTools(family: family, found: [tools])
    }
    var found: [VendorTools] = []
    for folder in candidates(family, path: variable("PATH") ?? "") {
      // One broken installation among others is as good as none.
      guard !isLauncher(Array("\(folder)/\(family.program)".utf8)),
        let tools = try? read(family, prefix: [], folder: folder, cancellation: cancellation)
      else { continue }
      found.append(tools)
    }
    return InstalledTools(family: family, found: found)
  }

  /// Looks for them as this process's environment says.
  package static func find(
    _ family: ToolFamily, cancellation: Cancellation
  ) throws(VendorToolError) -> InstalledTools {
    try find(family, variable: { Environment.value($0) }, cancellation: cancellation)
  }

  private static func words(of prefix: String) throws(VendorToolError) -> [String] {
    do throws(CommandSyntaxError) {
      return try splitCommand(prefix)
    } catch {
      throw .badPrefix(error)
    }
  }

  private static func read(
    _ family: ToolFamily, prefix: [String], folder: String?, cancellation: Cancellation
  ) throws(VendorToolError) -> VendorTools {
    let unknown = VendorTools(prefix: prefix, folder: folder, version: ToolVersion(major: 0, minor: 0, text: ""))
    let command = unknown.command(family.program, ["--version"])
    let answer = try VendorTools.output(of: command, cancellation: cancellation)
    let line = String(answer.split(separator: "\n").first ?? "")
    guard let version = family.version(line) else {
      throw .notUnderstood(command: command.joined(separator: " "), answer: line)
    }
    return VendorTools(prefix: prefix, folder: folder, version: version)
  }
}

// MARK: Folders

extension InstalledTools {
  /// The folders of the family that exist, then those of `PATH`; each once.
  static func candidates(_ family: ToolFamily, path: String) -> [String] {
    var seen: Set<String> = []
    let listed = family.folders.flatMap { expanded($0) }
    let searched = path.split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
    return (listed + searched).filter { seen.insert($0).inserted }
  }

  /// The folders that a path with a `*` in some of its names stands for, sorted; a path without one as it is.
  static func expanded(_ path: String) -> [String] {
    var paths = [""]
    for component in path.split(separator: "/") {
      guard component.utf8.contains(UInt8(ascii: "*")),
        let pattern = try? NamePattern(Array(component.utf8), of: path)
      else {
        paths = paths.map { "\($0)/\(component)" }
        continue
      }
      paths = paths.flatMap { folder in
        names(in: folder.isEmpty ? "/" : folder).filter { pattern.matches(Array($0.utf8)) }.map { "\(folder)/\($0)" }
      }
    }
    return paths
  }

  private static func names(in folder: String) -> [String] {
    do throws(SystemError) {
      return try FileDescriptor.openDirectory(path: Array(folder.utf8)).entryNames().map { displayed($0) }.sorted()
    } catch {
      return []
    }
  }

  /// Whether nothing can be run there, or a script stands for the program: Debian's chooses a version by its own rules.
  private static func isLauncher(_ path: PathBytes) -> Bool {
    do throws(SystemError) {
      var start = [UInt8](repeating: 0, count: 2)
      let count = try FileDescriptor.open(path, for: .reading).readFully(into: &start, from: 0)
      return count < 2 || start == Array("#!".utf8)
    } catch {
      return !error.isNoPermission
    }
  }
}
