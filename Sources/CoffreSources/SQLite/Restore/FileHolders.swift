import CoffreCore
import CoffreSystem

/// Who has a file open, as far as this user may see: a program that only keeps a database open holds no lock, and would go
/// on writing to the file that was put aside.
enum FileHolders {
  /// - Returns: the numbers of processes, without our own.
  static func processes(holding path: PathBytes) -> [Int] {
    guard let wanted = try? FileDescriptor.attributes(ofPath: path, .following) else { return [] }
    let own = ProcessIdentity.current()?.processID
    return names(in: Array("/proc".utf8)).compactMap { Int(displayed($0)) }.filter { number in
      if let own, number == Int(own) { return false }
      let folder = Array("/proc/\(number)/fd".utf8)
      return names(in: folder).contains { name in
        guard let found = try? FileDescriptor.attributes(ofPath: joined(folder, name), .following) else { return false }
        return found.inode == wanted.inode && found.device == wanted.device
      }
    }.sorted()
  }

  private static func names(in folder: PathBytes) -> [PathBytes] {
    guard let opened = try? FileDescriptor.openDirectory(path: folder) else { return [] }
    return (try? opened.entryNames()) ?? []
  }
}
