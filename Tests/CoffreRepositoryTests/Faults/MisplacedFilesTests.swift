import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Missing, swapped and foreign files")
struct MisplacedFilesTests {
  private func expectDetected(
    _ verdict: TinyRepository.Verdict, _ what: String, naming name: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .detected(let text) = verdict else {
      Issue.record("\(what): \(verdict)", sourceLocation: sourceLocation)
      return
    }
    if let name { #expect(text.contains(name), "\(what): \(text)", sourceLocation: sourceLocation) }
  }

  private func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  // MARK: Missing

  @Test func `a missing pack is named`() throws {
    let tiny = try TinyRepository.make()
    for path in tiny.store().paths(in: "data") {
      let store = tiny.store()
      store[path] = nil
      expectDetected(tiny.judge(store), path, naming: name(path))
    }
  }

  @Test func `a missing index is told by what it named`() throws {
    let tiny = try TinyRepository.make()
    for path in tiny.store().paths(in: "index") {
      let store = tiny.store()
      store[path] = nil
      expectDetected(tiny.judge(store), path)
    }
  }

  @Test func `a missing snapshot takes nothing from the other`() throws {
    let tiny = try TinyRepository.make()
    for path in tiny.store().paths(in: "snapshots") {
      let store = tiny.store()
      store[path] = nil
      let repository = try Repository.opened(store)
      #expect(try repository.examined().isSound)
      #expect(try repository.restoredWhole().count == 1)
    }
  }

  @Test func `without key or configuration it does not open, and says why`() throws {
    let tiny = try TinyRepository.make()
    let keyless = tiny.store()
    keyless[try tiny.path(in: "keys")] = nil
    #expect(throws: RepositoryError.damaged(object: "keys", problem: "there is no key file in memory")) {
      try Repository.opened(keyless)
    }
    let unconfigured = tiny.store()
    unconfigured["config"] = nil
    let error = #expect(throws: RepositoryError.self) { try Repository.opened(unconfigured) }
    #expect(error == .notFound(location: "memory"))
    #expect(error?.exitCode == .noRepository)
  }

  // MARK: Swapped

  @Test func `files that exchanged their contents are named`() throws {
    let tiny = try TinyRepository.make()
    for folder in ["data", "index", "snapshots"] {
      let paths = tiny.store().paths(in: folder)
      for (number, first) in paths.enumerated() {
        for second in paths[(number + 1)...] {
          let store = tiny.store()
          (store[first], store[second]) = (store[second], store[first])
          expectDetected(tiny.judge(store), "\(first) and \(second)", naming: name(first))
        }
      }
    }
  }

  /// Each object under its own, right name in each wrong folder. Its content is authentic: the format's only word for what
  /// it is, is the folder. A snapshot that is moved away is one that was forgotten.
  @Test func `an object moved to another folder is missed where it was`() throws {
    let tiny = try TinyRepository.make()
    for folder in ["data", "index", "snapshots", "keys", "locks"] {
      for path in tiny.contents.keys where path.contains("/") && !path.hasPrefix(folder) {
        guard !path.hasPrefix("snapshots") else { continue }
        let store = tiny.store()
        let id = try #require(Digest(hex: name(path)))
        let kind = try #require(ObjectKind(rawValue: folder))
        store[kind.storeKey(of: id).path] = store[path]
        store[path] = nil
        let verdict = tiny.judge(store)
        expectDetected(verdict, "\(path) in \(folder)")
      }
    }
  }

  @Test func `a copy in a wrong folder is told, or does no harm`() throws {
    let tiny = try TinyRepository.make()
    for folder in ["data", "index", "snapshots", "keys"] {
      for path in tiny.contents.keys where path.contains("/") && !path.hasPrefix(folder) {
        let store = tiny.store()
        let id = try #require(Digest(hex: name(path)))
        let kind = try #require(ObjectKind(rawValue: folder))
        store[kind.storeKey(of: id).path] = store[path]
        // A pack that no index names is never read; a snapshot read as an index is a valid index of nothing.
        let isHarmless = folder == "data" || (folder == "index" && path.hasPrefix("snapshots"))
        let verdict = tiny.judge(store)
        if isHarmless {
          #expect(verdict == .harmless, "\(path) in \(folder)")
        } else {
          expectDetected(verdict, "\(path) in \(folder)", naming: name(path))
        }
      }
    }
  }

  // MARK: Foreign

  @Test func `foreign names anywhere are passed over`() throws {
    let tiny = try TinyRepository.make()
    let store = tiny.store()
    let pack = try tiny.path(in: "data")
    let id = name(pack)
    let names = [
      ".DS_Store", "lost+found/x", "README", "tmp", "data", String(id.dropLast()), id + "0", id.uppercased() + "X",
      id + "-tmp-1", "deep/er/" + id, " ", "é", "\u{1}\n", "..x", String(repeating: "a", count: 255),
    ]
    for folder in ["", "data/", "data/00/", "data/zz/", "index/", "snapshots/", "keys/", "locks/", "unknown/"] {
      for name in names where store[folder + name] == nil { store[folder + name] = [1, 2, 3] }
    }
    store["data/ff/" + id] = store[pack]  // a pack in the wrong sub-folder
    store["data/" + id] = [1]
    let examination = try Repository.opened(store).examined()
    #expect(examination.isSound && examination.hints.isEmpty, Comment(rawValue: examination.text))
    #expect(tiny.judge(store) == .harmless)
    try Repository.opened(store).backUp(TinyRepository.secondEntries, time: 1_700_003_000)
  }

  @Test func `garbage with the name of an object is named`() throws {
    let tiny = try TinyRepository.make()
    for folder in ["index", "snapshots", "keys"] {
      for size in [0, 1, 31, 32, 33, 1000] {
        let store = tiny.store()
        let kind = try #require(ObjectKind(rawValue: folder))
        store[kind.storeKey(of: digest(1)).path] = [UInt8](repeating: 7, count: size)
        expectDetected(tiny.judge(store), "\(folder), \(size) bytes", naming: digest(1).description)
      }
    }
    let store = tiny.store()
    store[ObjectKind.pack.storeKey(of: digest(1)).path] = [1, 2, 3]
    let examination = try Repository.opened(store).examined()
    #expect(examination.isSound)
    #expect(examination.hints.map(\.subject) == [ObjectKind.pack.storeKey(of: digest(1)).path])
  }

  @Test func `a damaged snapshot is named by who lists them, and hides no other`() throws {
    let tiny = try TinyRepository.make()
    let store = tiny.store()
    let path = try tiny.path(in: "snapshots")
    store.edit(path) { $0[20] ^= 1 }
    let (found, unreadable) = try Repository.opened(store).snapshots()
    #expect(found.count == 1 && unreadable.count == 1)
    #expect(unreadable.first?.text.contains(path) == true)
  }
}
