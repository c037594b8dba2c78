import CoffreCore
import CoffreSystem
import MongoKit

/// Changes of a transaction, kept until its end is seen: a few in memory, more in a file without a name. Then they come
/// out one after the other. A transaction may be larger than memory.
final class LoggedTransaction {
  /// What is kept in memory of one, in bytes.
  static let usualMost = 8 << 20
  private static let readAtOnce = 256 << 10

  private let most: Int
  /// Whole documents behind each other, which stand behind those of the file.
  private var bytes: [UInt8] = []
  private var spill: Spill?
  /// How many of its bytes were read again.
  private var position: Int64 = 0
  /// What was read and not handed out, from `start`.
  private var window: [UInt8] = []
  private var start = 0
  /// How many changes were not handed out.
  private(set) var count = 0
  /// Of the entry in which they took effect.
  private var frame: [BSONField] = []

  private static let common: Set<[UInt8]> = [Array("ts".utf8), Array("t".utf8), Array("v".utf8), Array("wall".utf8)]

  init(most: Int = usualMost) { self.most = most }

  /// In bytes.
  var sizeInMemory: Int { bytes.count }

  func append(_ change: BSONDocument) throws(MongoError) {
    bytes += change.bytes
    count += 1
    guard bytes.count > most else { return }
    let full = bytes
    bytes = []
    do throws(SystemError) {
      if spill == nil { spill = try Spill() }
      try spill?.write(full.span)
    } catch {
      throw Self.failure(error)
    }
  }

  /// From now on they come out, each with the time of this entry.
  func end(in entry: BSONDocument) throws(MongoError) {
    do throws(MalformedBSON) {
      frame = try entry.rawFields().filter { Self.common.contains($0.name) }
    } catch {
      throw .malformed
    }
  }

  /// - Returns: `nil` behind the last one.
  func next() throws(MongoError) -> BSONDocument? {
    guard count > 0 else { return nil }
    try fill(4)
    var length = 0
    for index in 0..<4 { length |= Int(window[start + index]) << (8 * index) }
    try fill(length)
    let change = Array(window[start..<(start + length)])
    start += length
    count -= 1
    do throws(MalformedBSON) {
      let fields = try BSONDocument(change).rawFields().filter { !Self.common.contains($0.name) }
      return BSONDocument(rawFields: fields + frame)
    } catch {
      throw .malformed
    }
  }

  /// Reads until so many bytes are in the window.
  private func fill(_ needed: Int) throws(MongoError) {
    while window.count - start < needed {
      if start > 0 {
        window.removeFirst(start)
        start = 0
      }
      guard let spill, position < spill.size else {
        guard !bytes.isEmpty else { throw .malformed }
        window += bytes
        bytes = []
        continue
      }
      do throws(SystemError) {
        position += Int64(try spill.read(Self.readAtOnce, at: position, to: &window))
      } catch {
        throw Self.failure(error)
      }
    }
  }

  private static func failure(_ error: SystemError) -> MongoError {
    let folder = displayed(temporaryDirectory())
    return MongoError(
      .unexpected, saying: "a large transaction cannot be kept in '\(folder)' until its end: \(error.cause)",
      advice: "Free some space there, or name another folder in the variable TMPDIR.")
  }

  /// The file. It is gone with its last reference.
  private final class Spill {
    private let file: FileDescriptor
    private(set) var size: Int64 = 0

    init() throws(SystemError) { file = try FileDescriptor.nameless(in: temporaryDirectory()) }

    func write(_ bytes: Span<UInt8>) throws(SystemError) {
      try file.write(bytes, at: size)
      size += Int64(bytes.count)
    }

    /// Appends up to so many bytes.
    ///
    /// - Returns: how many; never 0 before its end.
    func read(_ most: Int, at offset: Int64, to bytes: inout [UInt8]) throws(SystemError) -> Int {
      var buffer = makeBuffer(Int(min(Int64(most), size - offset)))
      var span = buffer.mutableSpan
      let count = try file.read(into: &span, at: offset)
      // Somebody cut it: nobody can, but reading would never end.
      guard count > 0 else { throw SystemError(code: 0, operation: "read", path: file.path) }
      CoffreSystem.append(buffer.span.extracting(0..<count), to: &bytes)
      return count
    }
  }
}
