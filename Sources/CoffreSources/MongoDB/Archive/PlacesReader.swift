import CoffreCore

/// Some places of a file, one behind the other.
final class PlacesReader: ByteReader {
  private let file: ArchiveFile
  private var places: ArraySlice<Range<Int64>>

  init(_ file: ArchiveFile, _ places: [Range<Int64>]) {
    self.file = file
    self.places = places[...]
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    guard let place = places.first else { return 0 }
    let wanted = min(buffer.count, Int(place.upperBound - place.lowerBound))
    var part = buffer._mutatingExtracting(0..<wanted)
    let count = try file.read(into: &part, at: place.lowerBound)
    guard count > 0 else {
      throw SourceError(.failed, "read", file.name, because: "it became shorter while it was read")
    }
    let rest = (place.lowerBound + Int64(count))..<place.upperBound
    places[places.startIndex] = rest
    if rest.isEmpty { places.removeFirst() }
    return count
  }
}
