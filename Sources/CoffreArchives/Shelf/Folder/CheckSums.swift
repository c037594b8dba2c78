import CoffreCore

/// A list of checksums as `sha256sum` writes and checks it: 64 digits, two spaces, a name.
struct CheckSums {
  private var sums: [(name: PathBytes, sum: Digest)] = []

  init() {}

  /// Reads it; lines that are none are an error.
  init(decoding text: [UInt8]) throws(ShelfError) {
    for line in text.split(separator: 0x0A) {
      let line = Array(line)
      guard line.count > Digest.hexCount + 2, line[Digest.hexCount] == 0x20,
        line[Digest.hexCount + 1] == 0x20 || line[Digest.hexCount + 1] == UInt8(ascii: "*"),
        let sum = Digest(hex: line.span, at: 0)
      else {
        throw .malformedManifest(MalformedShelfManifest(offset: 0, problem: "a line of checksums that cannot be read"))
      }
      sums.append((Array(line[(Digest.hexCount + 2)...]), sum))
    }
  }

  subscript(name: PathBytes) -> Digest? { sums.first { $0.name == name }?.sum }

  mutating func add(_ name: PathBytes, _ sum: Digest) { sums.append((name, sum)) }

  func encoded() -> [UInt8] {
    sums.flatMap { $0.sum.hexBytes + [0x20, 0x20] + $0.name + [0x0A] }
  }
}

extension ShelfManifest {
  /// The list of checksums of a point.
  ///
  /// - Parameter sum: of the manifest's file.
  func sums(at place: PointPlace, manifest sum: Digest) -> CheckSums {
    var sums = CheckSums()
    for file in archive.files { sums.add(file.name, file.sha256) }
    sums.add(place.manifestName, sum)
    return sums
  }
}
