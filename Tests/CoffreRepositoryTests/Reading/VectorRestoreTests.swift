import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

@Suite("Restoring what restic wrote")
struct VectorRestoreTests {
  /// Metadata is compared as a superuser restores it: owners and devices too.
  @Test(arguments: VectorRepository.allCases)
  func `every snapshot comes back into a folder`(_ vector: VectorRepository) throws {
    try #require(effectiveUserID == 0, "restoring owners and devices needs root, as CI gives it")
    let expected = try ExpectedRepository.read(vector)
    let repository = try Repository.opened(vector.store())
    for stored in try repository.soundSnapshots() {
      let files = try #require(expected.snapshots[stored.id.description]?.files)
      let folder = try TestFolder()
      let events = EventLog()
      let target = try FolderRestore(FolderRestoreSettings(target: folder.path), cancellation: Cancellation())
      try repository.restore(stored, to: target, events: events) { $0.verifies = true }
      #expect(events.warnings.isEmpty, Comment(rawValue: events.text))
      for file in files { try compare(file, in: folder) }
      #expect(try count(below: folder.path) == files.count)
      try compareHardLinks(files, in: folder)
    }
  }

  private func place(_ file: ExpectedRepository.FileFields, in folder: TestFolder) -> (PathBytes, PathBytes) {
    splitPath(folder.path + file.path)
  }

  private func compare(_ file: ExpectedRepository.FileFields, in folder: TestFolder) throws {
    let comment = Comment(rawValue: displayed(file.path))
    let (parent, name) = place(file, in: folder)
    let directory = try FileDescriptor.openDirectory(path: parent)
    let found = try directory.attributes(of: name)
    #expect(NodeKind(found.kind).name == file.type, comment)
    #expect(found.permissions == file.permissions || found.kind == .symlink, comment)
    #expect(found.modified.isSameInstant(as: try #require(Timestamp(rfc3339: file.mtime))), comment)
    switch found.kind {
    case .file:
      #expect(found.size == Int64(file.size), comment)
      let bytes = try readFile(folder.path + file.path, limit: 64 << 20)
      #expect(SHA256Hasher().hash(bytes.span).description == file.sha256, comment)
      #expect(try extendedAttributes(of: name, in: directory) == Set(file.attributes), comment)
    case .directory:
      #expect(try extendedAttributes(of: name, in: directory) == Set(file.attributes), comment)
    case .symlink:
      #expect(try directory.readLink(name) == file.target, comment)
    case .blockDevice, .characterDevice:
      #expect(found.deviceNumber == file.device, comment)
    case .fifo, .socket: break
    }
  }

  private func extendedAttributes(of name: PathBytes, in directory: borrowing FileDescriptor) throws
    -> Set<ExtendedAttribute>
  {
    var found: Set<ExtendedAttribute> = []
    for attribute in try directory.extendedAttributeNames(of: name) {
      found.insert(
        ExtendedAttribute(name: attribute, value: try directory.extendedAttribute(attribute, of: name)))
    }
    return found
  }

  /// Entries with one inode in the snapshot have one inode again.
  private func compareHardLinks(_ files: [ExpectedRepository.FileFields], in folder: TestFolder) throws {
    let linked = Dictionary(grouping: files.filter { $0.type == "file" && ($0.links ?? 0) > 1 }, by: \.inode)
    for group in linked.values where group.count > 1 {
      let inodes = try group.map { file in
        let (parent, name) = place(file, in: folder)
        return try FileDescriptor.openDirectory(path: parent).attributes(of: name).inode
      }
      #expect(Set(inodes).count == 1, "\(group.map { displayed($0.path) }) are no hard links")
    }
  }

  private func count(below folder: PathBytes) throws -> Int {
    var total = 0
    var folders: [PathBytes] = []
    try FileDescriptor.openDirectory(path: folder).listEntries(filter: { _ in true }) { name, attributes, _ in
      var text: [UInt8] = []
      append(name, to: &text)
      total += 1
      if attributes?.kind == .directory { folders.append(joined(folder, text)) }
    }
    for folder in folders { total += try count(below: folder) }
    return total
  }
}
