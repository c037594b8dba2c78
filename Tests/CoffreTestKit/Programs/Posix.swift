import Glibc

/// A system call of a test's own preparations that failed.
package struct SystemCallFailed: Error, CustomStringConvertible {
  package let call: String
  package let subject: String
  package let code: Int32

  package var description: String { unsafe "\(call) '\(subject)': \(String(cString: strerror(code)))" }
}

/// - Returns: what a system call answered.
/// - Throws: if that was -1.
@discardableResult
func checked<Number: BinaryInteger>(_ result: Number, _ call: String, _ subject: [UInt8]) throws -> Number {
  guard result == -1 else { return result }
  throw SystemCallFailed(call: call, subject: shown(subject), code: errno)
}

/// Bytes as people can read them: what is no printable ASCII as `\xNN`.
package func shown(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    if (0x20..<0x7F).contains(byte) { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }.joined()
}

/// Whether the tests may do everything: devices, foreign owners, mounts.
package var isRoot: Bool { geteuid() == 0 }

/// Whether the slow tests run too (`make test-all`).
package var runsAllTests: Bool { environmentValue("COFFRE_TEST_ALL") == "1" }

package func environmentValue(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// A new empty folder, removed with all that is in it when nobody uses it any more.
package final class WorkFolder: Sendable {
  package let path: String

  package init(in parent: String = "/tmp") throws {
    var template = Array("\(parent)/coffre-test-XXXXXX\0".utf8)
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        unsafe characters.baseAddress.map { unsafe mkdtemp($0) } != nil
      }
    }
    guard isMade else { throw SystemCallFailed(call: "mkdtemp", subject: parent, code: errno) }
    path = String(decoding: template.dropLast(), as: UTF8.self)
    // Readable for other users: some tests run programs as somebody else.
    try unsafe checked(chmod(path, 0o755), "chmod", Array(path.utf8))
  }

  deinit { try? removeRealTree(path) }
}

/// Reads a file whole.
package func readRealFile(_ path: String) throws -> [UInt8] {
  let descriptor = try unsafe checked(open(path, O_RDONLY | O_CLOEXEC), "open", Array(path.utf8))
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = try unsafe checked(
      piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }, "read", Array(path.utf8))
    guard count > 0 else { return bytes }
    bytes += piece[..<count]
  }
}

/// Writes a file whole, replacing or extending what is there in place.
package func writeRealFile(_ path: String, _ bytes: [UInt8], appending: Bool = false, mode: UInt32 = 0o644) throws {
  let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
  let descriptor = try unsafe checked(open(path, flags, mode), "open", Array(path.utf8))
  defer { close(descriptor) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = try unsafe checked(
      rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }, "write", Array(path.utf8))
    rest = rest.dropFirst(count)
  }
}

package func writeRealFile(_ path: String, _ text: String, mode: UInt32 = 0o644) throws {
  try writeRealFile(path, Array(text.utf8), mode: mode)
}

/// Writes a program that can be run at once.
///
/// By a process of its own: what another test starts meanwhile would inherit the file while it is open for writing here,
/// and what is open for writing cannot be run ("text file busy").
package func writeProgram(_ path: String, _ script: String) throws {
  let text = "\(path).text"
  try writeRealFile(text, script)
  let copying = try Tool.named("install", package: "coreutils").run(["-m", "755", text, path])
  guard copying.isSuccess else { throw Tool.Missing(description: "\(copying)") }
  try unsafe checked(unlink(text), "unlink", Array(text.utf8))
}

package func makeRealFolder(_ path: String, mode: UInt32 = 0o755) throws {
  try unsafe checked(mkdir(path, mode), "mkdir", Array(path.utf8))
}

package func makeRealSymlink(_ path: String, to target: String) throws {
  try unsafe checked(symlink(target, path), "symlink", Array(path.utf8))
}

package func renameReal(_ from: String, to path: String) throws {
  try unsafe checked(rename(from, path), "rename", Array(from.utf8))
}

/// Makes folders and files below a folder: `a/b/` a folder, all else a file that holds its own path.
package func makeRealEntries(_ paths: [String], below root: String) throws {
  for path in paths {
    var folder = root
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for part in parts.dropLast() {
      folder += "/\(part)"
      if !realEntryExists(folder) { try makeRealFolder(folder) }
    }
    if let name = parts.last, !name.isEmpty { try writeRealFile("\(folder)/\(name)", path) }
  }
}

/// Whether something stands under that name; a dangling link does.
package func realEntryExists(_ path: String) -> Bool {
  var status = stat()
  return unsafe lstat(path, &status) == 0
}

/// Names in a folder, sorted; empty if there is none.
package func realNames(in path: String) -> [String] {
  ((try? RealFolder(path).names()) ?? []).map { String(decoding: $0, as: UTF8.self) }.sorted()
}

/// Sleeps; tests that wait for other programs need it.
package func pause(seconds: Double) { usleep(UInt32(seconds * 1_000_000)) }

/// Bytes that look random and are always the same for a seed (SplitMix64).
package func seededBytes(_ seed: UInt64, count: Int) -> [UInt8] {
  var random = SeededRandom(seed: seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count {
    var word = random.next()
    for _ in 0..<8 {
      bytes.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// Makes files `0`, `1`… of `seededBytes`, each of its own seed, in a folder that may be there.
package func makeSeededFiles(_ count: Int, in folder: String, size: Int) throws {
  if !realEntryExists(folder) { try makeRealFolder(folder) }
  for number in 0..<count { try writeRealFile("\(folder)/\(number)", seededBytes(UInt64(number), count: size)) }
}

/// Numbers that are always the same for a seed.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
