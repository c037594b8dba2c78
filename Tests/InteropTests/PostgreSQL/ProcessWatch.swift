import CoffreSystem
import CoffreTestKit

/// What other users and programs of a machine can see of a program and its children while they run.
struct ProcessWatch {
  private let secrets: [String]
  /// Commands of any process of the machine that showed a secret, but for those of other tests.
  private(set) var arguments: Set<String> = []
  /// Names of the program's descendants, itself not among them, that had a secret in their environment.
  private(set) var environments: Set<String> = []
  /// Those of them that are none of PostgreSQL's own programs.
  private(set) var strangers: Set<String> = []
  /// Names of all its descendants.
  private(set) var programs: Set<String> = []

  private static let ownProcess = ThisProcess.processID

  init(secrets: [String]) { self.secrets = secrets }

  mutating func look(at program: Int32) {
    var parents: [Int32: Int32] = [:]
    var shown: [Int32: String] = [:]
    for name in realNames(in: "/proc") {
      guard let process = Int32(name) else { continue }
      if let line = read("\(process)/cmdline") {
        let words = line.replacing("\0", with: " ")
        if secrets.contains(where: { words.contains($0) }) { shown[process] = words }
      }
      // The name may hold spaces and brackets; behind the last one come the state and the parent.
      if let line = read("\(process)/stat"), let end = line.lastIndex(of: ")") {
        let fields = line[line.index(after: end)...].split(separator: " ")
        if fields.count > 1, let parent = Int32(fields[1]) { parents[process] = parent }
      }
    }
    for (process, words) in shown {
      // The tests look for secrets in files by programs, whose arguments tell them.
      let isOfTests = isDescendant(process, of: Self.ownProcess, parents)
      if !isOfTests || process == program || isDescendant(process, of: program, parents) { arguments.insert(words) }
    }
    for process in parents.keys where isDescendant(process, of: program, parents) {
      let name = (read("\(process)/comm") ?? "").split(separator: "\n").first.map(String.init) ?? ""
      // A child that has not become another program yet is a copy of its parent.
      guard !name.isEmpty, name != "coffre", !name.hasPrefix("coffre-") else { continue }
      programs.insert(name)
      guard let environment = read("\(process)/environ") else { continue }
      for secret in secrets where environment.contains(secret) {
        environments.insert(name)
        // pg_dumpall asks pg_dump for its version through a shell.
        let starter = parents[process].flatMap { read("\($0)/comm") } ?? ""
        if !name.hasPrefix("pg_"), !starter.hasPrefix("pg_") { strangers.insert(name) }
      }
    }
  }

  private func isDescendant(_ process: Int32, of ancestor: Int32, _ parents: [Int32: Int32]) -> Bool {
    var current = parents[process]
    while let parent = current, parent > 1 {
      if parent == ancestor { return true }
      current = parents[parent]
    }
    return false
  }

  private func read(_ path: String) -> String? {
    (try? readRealFile("/proc/\(path)")).map { String(decoding: $0, as: UTF8.self) }
  }
}
