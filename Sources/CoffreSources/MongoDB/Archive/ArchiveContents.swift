import CoffreCore
import CoffreSystem

/// An archive as if it were a snapshot: with a manifest that was made by reading it.
final class ArchiveContents: SnapshotContents {
  private let file: PathBytes
  private let index: ArchiveIndex
  /// In the order of their first collections; their numbers are the names of their folders.
  private let databases: [String]

  init(_ file: PathBytes, _ index: ArchiveIndex) {
    self.file = file
    self.index = index
    var databases: [String] = []
    for collection in index.collections where !databases.contains(where: { $0.hasSameBytes(as: collection.database) }) {
      databases.append(collection.database)
    }
    self.databases = databases
  }

  private func definitionName(_ number: Int) -> String { "\(number)\(CollectionMetadata.suffix)" }
  private func rowsName(_ number: Int) -> String { "\(number).bson" }

  func entries(of folder: PathBytes) throws(SourceError) -> [SnapshotEntry] {
    var entries: [SnapshotEntry] = []
    for (number, collection) in index.collections.enumerated() where path(of: collection) == folder {
      entries.append(SnapshotEntry(name: Array(definitionName(number).utf8), kind: .file, size: 0))
      if collection.definition.kind != .view {
        entries.append(SnapshotEntry(name: Array(rowsName(number).utf8), kind: .file, size: collection.bytes))
      }
    }
    return entries
  }

  func read(_ path: PathBytes) throws(SourceError) -> any ByteReader {
    if path == Array(DatabaseManifest.fileName.utf8) { return TextReader(manifest.encoded()) }
    for (number, collection) in index.collections.enumerated() {
      let folder = self.path(of: collection)
      if path == joined(folder, Array(definitionName(number).utf8)) {
        guard let text = collection.definition.encoded(uuid: nil) else { break }
        return TextReader(text)
      }
      if path == joined(folder, Array(rowsName(number).utf8)) {
        return try PlacesReader(file, collection.places)
      }
    }
    throw gone(path)
  }

  func open(_ path: PathBytes) throws(SourceError) -> any SnapshotFile { throw gone(path) }

  private func gone(_ path: PathBytes) -> SourceError {
    SourceError(.vanished, "read", path, because: "the archive has no such file")
  }

  private func path(of collection: ArchiveIndex.Collection) -> PathBytes {
    let number = databases.firstIndex { $0.hasSameBytes(as: collection.database) } ?? 0
    return Array("\(number)".utf8)
  }

  private var manifest: DatabaseManifest {
    var made: [DatabaseManifest.Database] = databases.enumerated().map {
      DatabaseManifest.Database(name: $0.element, path: "\($0.offset)")
    }
    for (number, collection) in index.collections.enumerated() where collection.definition.kind != .view {
      guard let place = databases.firstIndex(where: { $0.hasSameBytes(as: collection.database) }) else { continue }
      made[place].tables.append(
        DatabaseManifest.Table(
          name: DatabaseManifest.TableName(name: collection.name), path: "\(place)/\(rowsName(number))",
          rows: collection.rows, bytes: collection.bytes, rowSum: collection.rowSum, key: ["_id"]))
    }
    return DatabaseManifest(
      kind: .mongodb, server: DatabaseManifest.Server(version: index.serverVersion, name: displayed(file)),
      databases: made, isComplete: true)
  }
}

/// Some places of a file, one behind the other.
private final class PlacesReader: ByteReader {
  private let file: FileDescriptor
  private let path: PathBytes
  private var places: ArraySlice<Range<Int64>>

  init(_ path: PathBytes, _ places: [Range<Int64>]) throws(SourceError) {
    self.path = path
    self.places = places[...]
    do throws(SystemError) {
      file = try FileDescriptor.open(path, for: .reading)
    } catch {
      throw SourceError(.failed, "read", path, because: error.cause)
    }
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    guard let place = places.first else { return 0 }
    let wanted = min(buffer.count, Int(place.upperBound - place.lowerBound))
    let count: Int
    do throws(SystemError) {
      var part = buffer._mutatingExtracting(0..<wanted)
      count = try file.read(into: &part, at: place.lowerBound)
    } catch {
      throw SourceError(.failed, "read", path, because: error.cause)
    }
    guard count > 0 else { throw SourceError(.failed, "read", path, because: "it became shorter while it was read") }
    let rest = (place.lowerBound + Int64(count))..<place.upperBound
    places[places.startIndex] = rest
    if rest.isEmpty { places.removeFirst() }
    return count
  }
}
