import CoffreCore
import Glibc

/// A process, told apart from all others that ever had or will have the same number.
package struct ProcessIdentity: Sendable, Hashable {
  package let processID: Int32
  /// Another one after each start of the machine.
  package let bootID: String
  /// In which space of process numbers `processID` counts: containers have their own.
  package let pidNamespace: String
  /// In the kernel's ticks since the machine's start.
  package let startTime: UInt64

  package init(processID: Int32, bootID: String, pidNamespace: String, startTime: UInt64) {
    self.processID = processID
    self.bootID = bootID
    self.pidNamespace = pidNamespace
    self.startTime = startTime
  }

  /// This process; `nil` where `/proc` does not tell.
  package static func current() -> ProcessIdentity? {
    guard let startTime = startTime(of: getpid()), let bootID = bootID(), let pidNamespace = pidNamespace() else {
      return nil
    }
    return ProcessIdentity(processID: getpid(), bootID: bootID, pidNamespace: pidNamespace, startTime: startTime)
  }

  package enum Liveness: Sendable, Hashable {
    case alive, dead
    /// It counts in another space of process numbers, or `/proc` does not tell.
    case unknown
  }

  package var liveness: Liveness {
    guard let currentBoot = Self.bootID() else { return .unknown }
    guard currentBoot == bootID else { return .dead }
    guard Self.pidNamespace() == pidNamespace else { return .unknown }
    if let startTime = Self.startTime(of: processID) { return startTime == self.startTime ? .alive : .dead }
    return kill(processID, 0) != 0 && errno == ESRCH ? .dead : .unknown
  }

  /// Unless it is surely dead. A zombie is dead.
  package var isAlive: Bool { liveness != .dead }

  /// When a process was started, in ticks since the machine's start.
  ///
  /// - Returns: `nil` if there is no such process, if it has ended, or if `/proc` does not tell.
  package static func startTime(of processID: Int32) -> UInt64? {
    guard let text = try? readFile(Array("/proc/\(processID)/stat".utf8), limit: 1 << 14) else { return nil }
    return startTime(inStat: text)
  }

  /// Reads field 22 of proc_pid_stat(5). The second, the program's name, may hold spaces and parentheses.
  static func startTime(inStat text: [UInt8]) -> UInt64? {
    guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = displayed(text[(end + 1)...]).split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return UInt64(fields[19])
  }

  private static func bootID() -> String? {
    guard let text = try? readFile(Array("/proc/sys/kernel/random/boot_id".utf8), limit: 4096) else { return nil }
    return displayed(text.filter { $0 != UInt8(ascii: "\n") })
  }

  private static func pidNamespace() -> String? {
    guard let directory = try? FileDescriptor.openDirectory(path: Array("/proc/self/ns".utf8)),
      let target = try? directory.readLink(Array("pid".utf8))
    else { return nil }
    return displayed(target)
  }
}
