import CoffreCore
import CoffreSystem

/// The server's process that has a data directory in use, as `/proc` tells of it (proc(5)).
struct ServingProcess: Sendable, Hashable {
  let processID: Int32
  /// Paths of sockets that it listens on, as this process can reach them.
  let sockets: [PathBytes]

  /// What servers are called.
  private static let names = ["mariadbd", "mysqld"].map { Array($0.utf8) }
  /// Files that a server holds open as long as it runs.
  private static let marks = ["ibdata1", "aria_log_control"].map { Array($0.utf8) }

  /// Looks for the one that works in a folder. Those of other users are seen by root alone.
  ///
  /// - Returns: `nil` if there is none, or none that is seen.
  static func find(in folder: PathBytes) -> ServingProcess? {
    guard let wanted = try? FileDescriptor.attributes(ofPath: folder, .following),
      let processes = try? FileDescriptor.openDirectory(path: Array("/proc".utf8)),
      let names = try? processes.entryNames()
    else { return nil }
    let marks = marks.compactMap { try? FileDescriptor.attributes(ofPath: joined(folder, $0), .following) }
    for processID in names.compactMap({ Int32(displayed($0)) }).sorted() where processID != ThisProcess.processID {
      let place = Array("/proc/\(processID)".utf8)
      let isServer = (try? readFile(place + Array("/comm".utf8), limit: 256)).map { names in
        Self.names.contains { names.starts(with: $0) }
      }
      let isInside =
        (try? FileDescriptor.attributes(ofPath: place + Array("/cwd".utf8), .following)).map {
          $0.isSameFile(as: wanted)
        }
        ?? false
      guard isInside || isServer == true else { continue }
      // Somebody's shell may stand in the folder.
      guard isInside && isServer == true || hasOpen(marks, place) else { continue }
      return ServingProcess(processID: processID, sockets: sockets(of: place, in: folder))
    }
    return nil
  }

  private static func hasOpen(_ files: [EntryAttributes], _ place: PathBytes) -> Bool {
    descriptors(of: place).contains { path in
      guard let found = try? FileDescriptor.attributes(ofPath: path, .following) else { return false }
      return files.contains { $0.isSameFile(as: found) }
    }
  }

  private static func descriptors(of place: PathBytes) -> [PathBytes] {
    let folder = place + Array("/fd".utf8)
    let names = (try? FileDescriptor.openDirectory(path: folder).entryNames()) ?? []
    return names.map { joined(folder, $0) }
  }

  /// Of `/proc/PID/net/unix`, those whose inode is one of the process's descriptors.
  private static func sockets(of place: PathBytes, in folder: PathBytes) -> [PathBytes] {
    let descriptors = place + Array("/fd".utf8)
    guard let directory = try? FileDescriptor.openDirectory(path: descriptors), let names = try? directory.entryNames(),
      let table = try? readFile(place + Array("/net/unix".utf8), limit: 64 << 20)
    else { return [] }
    let links = Set(names.compactMap { try? directory.readLink($0) })
    var paths: [PathBytes] = []
    for line in table.split(separator: 0x0A) {
      let fields = line.split(separator: 0x20, maxSplits: 7)
      // The flag of a socket that is listened on.
      guard fields.count == 8, displayed(fields[3]) == "00010000",
        links.contains(Array("socket:[\(displayed(fields[6]))]".utf8))
      else { continue }
      let path = Array(fields[7])
      if path.first == UInt8(ascii: "@") { continue }
      let absolute = path.first == UInt8(ascii: "/") ? path : joined(folder, path)
      // That of a container lies in its own tree.
      let root = place + Array("/root".utf8)
      let isHere = (try? FileDescriptor.attributes(ofPath: root, .following)).flatMap { other in
        (try? FileDescriptor.attributes(ofPath: Array("/".utf8), .following)).map { $0.isSameFile(as: other) }
      }
      paths.append(isHere == false ? root + absolute : absolute)
    }
    return paths.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

extension EntryAttributes {
  func isSameFile(as other: EntryAttributes) -> Bool { inode == other.inode && device == other.device }
}
