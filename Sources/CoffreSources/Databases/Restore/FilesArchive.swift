import CoffreCore
import CoffreSystem

/// Archives of files, known by their first bytes: people name the one that their dump lies in.
enum FilesArchive {
  /// First bytes that tell, at most.
  static let markRoom = 262

  /// - Returns: the format's name; `nil` if these are the first bytes of anything else.
  static func format(of head: [UInt8]) -> String? {
    let marks: [(name: String, mark: [UInt8])] = [
      ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), ("zip", [0x50, 0x4B, 0x03, 0x04]),
      ("rar", [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07]),
    ]
    if let found = marks.first(where: { head.starts(with: $0.mark) }) { return found.name }
    return head.dropFirst(257).starts(with: Array("ustar".utf8)) ? "tar" : nil
  }

  /// - Throws: if these are an archive's first bytes.
  static func refuse(_ head: [UInt8], _ path: PathBytes) throws(SourceError) {
    guard let format = format(of: head) else { return }
    guard !head.starts(with: Array("toc.dat\0".utf8)) else {
      throw SourceError(
        .failed, "read", path, because: "it is a tar of pg_dump that was compressed afterwards",
        advice: "Decompress it, and name that.")
    }
    throw SourceError(
      .failed, "read", path, because: "it is an archive of files (\(.verbatim(format))), not a dump",
      advice: "Take the dump out of it, with `coffre archive extract`, and name that.")
  }
}

/// Reads what becomes of a file when it is decompressed, unless that is an archive of files.
final class DumpOutput: ByteReader {
  private let reader: any ByteReader
  private let path: PathBytes
  private var head: [UInt8]? = []

  init(_ reader: any ByteReader, of path: PathBytes) {
    self.reader = reader
    self.path = path
  }

  var attributes: EntryAttributes? { reader.attributes }
  func isUnchanged() throws(SourceError) -> Bool { try reader.isUnchanged() }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let count = try reader.read(into: &buffer)
    guard var head else { return count }
    append(buffer.span.extracting(0..<min(count, FilesArchive.markRoom - head.count)), to: &head)
    self.head = head
    if head.count == FilesArchive.markRoom || count == 0 {
      try FilesArchive.refuse(head, path)
      self.head = nil
    }
    return count
  }
}
