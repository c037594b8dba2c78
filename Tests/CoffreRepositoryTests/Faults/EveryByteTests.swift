import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

/// Every byte of every file is changed, and every file is cut at every length: each change must be told, by a text that
/// names the object. Nothing is harmless: names are hashes of what is stored, and `config` carries a MAC.
@Suite("Every byte")
struct EveryByteTests {
  struct Change: Sendable, CustomStringConvertible {
    let path: String
    let description: String
    let bytes: [UInt8]
  }

  /// In version 1, whose files differ in compression only, every seventh change is tried.
  @Test(arguments: [(version: 2, every: 1), (version: 1, every: 7)])
  func `changed with xor 1 or xor 0x80 is told, and never restored`(_ example: (version: Int, every: Int)) throws {
    try judge(version: example.version, every: example.every) { path, bytes in
      bytes.indices.flatMap { position in
        ([1, 0x80] as [UInt8]).map { mask in
          var changed = bytes
          changed[position] ^= mask
          return Change(path: path, description: "\(path): byte \(position) xor \(mask)", bytes: changed)
        }
      }
    }
  }

  @Test(arguments: [(version: 2, every: 1), (version: 1, every: 7)])
  func `files cut at every length, or one byte longer, are told, and never restored`(
    _ example: (version: Int, every: Int)
  ) throws {
    try judge(version: example.version, every: example.every) { path, bytes in
      (0..<bytes.count).map { Change(path: path, description: "\(path): cut to \($0)", bytes: Array(bytes[..<$0])) }
        + [0, 0xFF].map { Change(path: path, description: "\(path): one byte more", bytes: bytes + [$0]) }
    }
  }

  private func judge(version: Int, every: Int, _ changes: (String, [UInt8]) -> [Change]) throws {
    let tiny = try TinyRepository.make(version: version)
    try #require(tiny.judge(tiny.store()) == .harmless)
    let possible = tiny.contents.flatMap { changes($0.key, $0.value) }
    let all = stride(from: 0, to: possible.count, by: every).map { possible[$0] }
    let cursor = Atomic<Int>(0)
    let failures = Mutex([String]())
    try runThreads(count: processorCount, named: "judge") { _ in
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < all.count else { return }
        if let failure = failure(of: all[next], in: tiny) { failures.withLock { $0.append(failure) } }
      }
    }
    let found = failures.withLock { $0 }
    #expect(found.isEmpty, "\(found.count) of \(all.count) changes: \(found.prefix(10).joined(separator: "\n"))")
  }

  /// - Returns: why the change was not told as it should be.
  private func failure(of change: Change, in tiny: TinyRepository) -> String? {
    var contents = tiny.contents
    contents[change.path] = change.bytes
    switch tiny.judge(MemoryStore(contents)) {
    case .harmless: return "\(change) was not noticed"
    case .wrong(let text): return "\(change): \(text)"
    case .detected(let text):
      let name = change.path.split(separator: "/").last.map(String.init) ?? change.path
      return text.contains(name) ? nil : "\(change) was told without its name: \(text)"
    }
  }
}
