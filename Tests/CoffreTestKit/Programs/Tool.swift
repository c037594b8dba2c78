import Glibc

/// A program that tests run: found once, or the test fails and says what to install.
package struct Tool: Sendable, Hashable, CustomStringConvertible {
  package let path: String

  package init(path: String) { self.path = path }

  package var description: String { path }

  package struct Missing: Error, CustomStringConvertible {
    package let description: String
  }

  /// A program in `PATH`.
  ///
  /// - Parameter package: what brings it on Debian.
  /// - Throws: if it is not installed: a test that cannot do its work has failed, it is never passed over.
  package static func named(_ name: String, package: String) throws -> Tool {
    for folder in (environmentValue("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
      let path = "\(folder)/\(name)"
      if unsafe access(path, X_OK) == 0 { return Tool(path: path) }
    }
    throw Missing(description: "'\(name)' is not installed; do: apt install \(package), or run scripts/setup-test")
  }

  /// A program of the Python environment that scripts/setup-test makes.
  package static func ofTestTools(_ name: String) throws -> Tool {
    let caches = environmentValue("XDG_CACHE_HOME") ?? "\(environmentValue("HOME") ?? "")/.cache"
    let path = "\(environmentValue("COFFRE_TEST_TOOLS") ?? "\(caches)/coffre-test-tools")/bin/\(name)"
    guard unsafe access(path, X_OK) == 0 else {
      throw Missing(description: "'\(path)' is not there; do: run scripts/setup-test")
    }
    return Tool(path: path)
  }

  /// Coffre itself: what was built beside the running tests, or the program that `COFFRE_BIN` names.
  package static func coffre() throws -> Tool {
    if let path = environmentValue("COFFRE_BIN") { return Tool(path: path) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = try unsafe checked(
      buffer.withUnsafeMutableBytes { bytes -> Int in
        guard let base = bytes.baseAddress else { return -1 }
        return unsafe readlink("/proc/self/exe", base.assumingMemoryBound(to: CChar.self), bytes.count)
      }, "readlink", Array("/proc/self/exe".utf8))
    var folder = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "/").dropLast()
    while !folder.isEmpty {
      let path = "/" + folder.joined(separator: "/") + "/coffre"
      var status = stat()
      if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return Tool(path: path) }
      folder = folder.dropLast()
    }
    throw Missing(description: "coffre is not built beside the tests; do: swift build --product coffre")
  }

  /// Every restic that the tests talk to: the system's, then those that `RESTIC_BINS` names.
  package static var restics: [ResticProgram] {
    let named = (environmentValue("RESTIC_BINS") ?? "").split { $0 == ":" || $0 == " " }.map(String.init)
    return ["restic"].map { ResticProgram(nameOrPath: $0) } + named.map { ResticProgram(nameOrPath: $0) }
  }
}

/// One restic of those that tests run for; looked for when it is used, so that a missing one fails its tests.
package struct ResticProgram: Sendable, Hashable, CustomStringConvertible {
  package let nameOrPath: String

  package var description: String { nameOrPath }

  package func program() throws -> Tool {
    guard nameOrPath.contains("/") else { return try Tool.named(nameOrPath, package: "restic") }
    guard unsafe access(nameOrPath, X_OK) == 0 else {
      throw Tool.Missing(description: "RESTIC_BINS names '\(nameOrPath)', which is no program")
    }
    return Tool(path: nameOrPath)
  }

  /// `(0, 14)` for restic 0.14.0.
  package func version() throws -> (major: Int, minor: Int) {
    let text = try program().run(["version"]).output
    let numbers = text.split { !$0.isNumber && $0 != "." }.first.map { $0.split(separator: ".").compactMap { Int($0) } }
    guard let numbers, numbers.count >= 2 else { throw Tool.Missing(description: "cannot read '\(text)'") }
    return (numbers[0], numbers[1])
  }

  package func isAtLeast(_ minor: Int) throws -> Bool {
    let version = try version()
    return version.major > 0 || version.minor >= minor
  }
}
