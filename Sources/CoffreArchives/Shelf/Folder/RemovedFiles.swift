import CoffreCore
import CoffreSystem

/// How the files of a point looked when its removal began: whoever ends it knows them again, damaged as they may be.
struct RemovedFiles {
  /// In the hidden folder of the removal.
  private static let fileName = Array("removing".utf8)
  private static let limit = 1 << 16

  private struct Look: Equatable {
    let size: Int64
    let modified: Timestamp

    /// - Returns: `nil` for what is no regular file, and for nothing.
    init?(_ name: PathBytes, in shelf: borrowing FileDescriptor) throws(SystemError) {
      let found: EntryAttributes
      do throws(SystemError) {
        found = try shelf.attributes(of: name)
      } catch {
        guard error.isNotFound else { throw error }
        return nil
      }
      guard found.kind == .file else { return nil }
      (size, modified) = (found.size, found.modified)
    }

    /// - Returns: `nil` unless it is a line of `text`.
    init?(_ line: Substring) {
      let numbers = line.split(separator: " ").compactMap { Int64($0) }
      guard numbers.count == 3, let nanoseconds = Int32(exactly: numbers[2]) else { return nil }
      (size, modified) = (numbers[0], Timestamp(seconds: numbers[1], nanoseconds: nanoseconds))
    }

    var text: String { "\(size) \(modified.seconds) \(modified.nanoseconds)" }
  }

  /// In the order of the point's files.
  private let looks: [Look?]

  /// Looks at the files.
  init(_ names: [PathBytes], in shelf: borrowing FileDescriptor) throws(SystemError) {
    var looks: [Look?] = []
    for name in names { looks.append(try Look(name, in: shelf)) }
    self.looks = looks
  }

  /// Reads what a removal wrote.
  ///
  /// - Parameter folder: the removal's hidden one.
  /// - Returns: `nil` if it wrote nothing; what it did not write to its end fits no file.
  init?(in folder: borrowing FileDescriptor) throws(SystemError) {
    do throws(SystemError) {
      let file = try folder.open(Self.fileName, for: .reading, [.noFollow, .nonBlocking])
      guard try file.attributes().kind == .file else { return nil }
      let text = displayed(try file.readToEnd(expecting: 256, limit: Self.limit))
      guard text.hasSuffix("\n") else { return nil }
      looks = text.split(separator: "\n").map { Look($0) }
    } catch {
      guard error.isNotFound || error.isLoop || error.isNoSpace else { throw error }
      return nil
    }
  }

  func write(to folder: borrowing FileDescriptor) throws(SystemError) {
    let file = try folder.open(Self.fileName, for: .writing, [.create, .exclusive, .noFollow])
    try file.write(Array((looks.map { $0?.text ?? "-" }.joined(separator: "\n") + "\n").utf8).span)
    try file.synchronize()
  }

  /// Whether a file still stands there that did when the removal began: another of its name is somebody else's.
  ///
  /// - Parameter index: of the file among those of the point.
  func isAsFound(_ index: Int, _ name: PathBytes, in shelf: borrowing FileDescriptor) throws(SystemError) -> Bool {
    guard looks.indices.contains(index), let look = looks[index] else { return false }
    return try Look(name, in: shelf) == look
  }
}
