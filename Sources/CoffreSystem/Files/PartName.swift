package import CoffreCore

/// The name of a file or folder that is being made: `.coffre-MACHINE-SPACE-PROCESS-START-RUN-NUMBER.part`.
///
/// It tells who writes it, so that what a killed run left behind is known from what another one is writing just now.
package struct PartName: Sendable {
  private static let head = Array(".coffre-".utf8)
  private static let tail = Array(".part".utf8)
  private let prefix: PathBytes

  /// Of this process, and of one restore in it.
  package init() {
    let own = Self.own
    let run = String(UInt32.random(in: .min ... .max), radix: 36)
    prefix = Self.head + Array("\(own.machine)-\(own.space)-\(own.processID)-\(own.start)-\(run)-".utf8)
  }

  package func name(of entry: Int) -> PathBytes { prefix + Array(String(entry).utf8) + Self.tail }

  package static func isPart(_ name: PathBytes) -> Bool { writer(of: name) != nil }

  /// Whether whoever wrote this is gone: the process is not there any more; or the machine was started since, and
  /// nothing happened to the file after that. Files of other machines and containers are theirs.
  ///
  /// - Parameter changed: when the file was last changed.
  package static func isLeftover(_ name: PathBytes, changed: Timestamp) -> Bool {
    guard let writer = writer(of: name), writer.machine == own.machine else { return false }
    guard writer.space == own.space else {
      guard let boot = Clock.bootTime() else { return false }
      return changed.seconds < boot
    }
    return !isProcessPresent(writer.processID)
      || ProcessIdentity.startTime(of: writer.processID).map { String($0, radix: 36) } != writer.start
  }

  private struct Writer: Sendable {
    let machine: String
    /// Of process numbers: this boot, this namespace.
    let space: String
    let processID: Int32
    let start: String
  }

  private static let own: Writer = {
    let identity = ProcessIdentity.current()
    let machineID = (try? readFile(Array("/etc/machine-id".utf8), limit: 256)) ?? []
    return Writer(
      machine: digest(machineID + Array(hostName().utf8)),
      space: digest(Array("\(identity?.bootID ?? "") \(identity?.pidNamespace ?? "")".utf8)),
      processID: ThisProcess.processID, start: String(identity?.startTime ?? 0, radix: 36))
  }()

  private static func writer(of name: PathBytes) -> Writer? {
    guard name.starts(with: head), name.suffix(tail.count).elementsEqual(tail) else { return nil }
    let fields = displayed(name.dropFirst(head.count).dropLast(tail.count)).split(separator: "-")
    guard fields.count == 6, let processID = Int32(fields[2]), processID > 0, Int(fields[5]) != nil else { return nil }
    return Writer(
      machine: String(fields[0]), space: String(fields[1]), processID: processID, start: String(fields[3]))
  }

  /// FNV-1a: enough to tell machines apart, and short.
  private static func digest(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 36)
  }
}

/// Removes what runs that were killed had begun in a folder: files, and folders with all that is in them. Others, and what
/// somebody is writing just now, stay.
///
/// - Returns: the names that were removed.
@discardableResult
package func removeLeftovers(in folder: borrowing FileDescriptor) throws(SystemError) -> [PathBytes] {
  var removed: [PathBytes] = []
  for name in try folder.entryNames() where PartName.isPart(name) {
    let attributes: EntryAttributes
    do throws(SystemError) {
      attributes = try folder.attributes(of: name)
    } catch {
      // Whoever wrote it gave it its name since the folder was listed.
      guard error.isNotFound else { throw error }
      continue
    }
    guard PartName.isLeftover(name, changed: attributes.changed) else { continue }
    switch attributes.kind {
    case .file: try folder.removeFile(name)
    case .directory: try removeTree(joined(folder.path, name))
    default: continue
    }
    removed.append(name)
  }
  return removed
}
