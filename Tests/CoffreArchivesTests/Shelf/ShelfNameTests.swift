import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreArchives

/// Names that archives, or those who read them, do not keep as they are.
@Suite("Odd names on shelves")
struct ShelfNameTests {
  /// `é` as one character and as two.
  private static let one = "$'\\xc3\\xa9'"
  private static let two = "$'e\\xcc\\x81'"

  /// Backs up and restores again after each script.
  private func expectChain(_ format: String, _ scripts: [String], _ protection: ArchiveProtection? = nil) throws {
    let workshop = try ShelfWorkshop(format)
    let keys = protection.flatMap(\.keys) ?? ArchiveKeys()
    for (number, script) in scripts.enumerated() {
      try workshop.change(script)
      try workshop.keepState("state-\(number)")
      let log = EventLog()
      let point = try workshop.backUp(number == 0 ? .full : .incremental, log: log) { $0.protection = protection }.point
      #expect(log.losses.isEmpty, "\(format) \(number): \(log.text)")
      try workshop.inspect(point, .allContents, keys: keys)
      try workshop.expectRestores(point, to: "state-\(number)", keys: keys)
    }
  }

  /// What is not wanted any more of the two stands first in the parent's archive.
  @Test(arguments: ["tar", "tar.zst", "zip", "7z"])
  func `names that differ in how an accent is written are two files`(_ format: String) throws {
    // Of one length, and of two.
    for (first, second) in [("one", "two"), ("one", "longer")] {
      let beginning = "printf \(first) > \(Self.one); printf \(second) > \(Self.two); printf z > z"
      try expectChain(format, [beginning, "rm \(Self.two)", "printf new > \(Self.two)"])
      try expectChain(format, [beginning, "rm \(Self.one)", "printf more > z"])
      try expectChain(format, [beginning, "printf OTHER > \(Self.two)", "printf OTHER > \(Self.one)"])
    }
  }

  @Test(arguments: ["tar", "zip", "7z"])
  func `one of two such names may be a further name of another file`(_ format: String) throws {
    try expectChain(
      format,
      [
        "printf abc > a; ln a \(Self.two); printf xyz > \(Self.one)", "printf new > n",
        "rm \(Self.two); ln \(Self.one) \(Self.two)",
      ])
  }

  /// Of the two none is what was backed up.
  @Test func `another content of a name is damage`() throws {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change("printf first > \(Self.one); printf other > \(Self.two)")
    let point = try workshop.backUp().point
    let path = "\(workshop.shelfPath)/\(point.text)/files.tar"
    try writeRealFile(path, replacing("first", by: "FIRST", in: readRealFile(path)))
    let archives = PointArchives(workshop.shelf, point, ArchiveKeys(), Cancellation())
    let unmet = try archives.read(nil) { wanted, read in
      var size: Int64 = 0
      let sum = try read { size += Int64($0.count) }
      return wanted.filter { !$0.isMet(by: sum, size) }
    }
    #expect(unmet.map { displayed($0.wanted.path.suffix(2)) } == ["\u{E9}"] && unmet.allSatisfy(\.isOther))
  }

  @Test func `a line feed in a name comes back from an encrypted 7z`() throws {
    let script = """
      printf a > $'line\\nfeed'; mkdir $'fol\\nder' $'empty\\nfolder'; printf b > $'fol\\nder/inside'; ln -s x $'li\\nnk'
      ln $'line\\nfeed' $'line\\nagain'; printf c > plain; ln plain $'plain\\nagain'
      """
    let scripts = [script, "printf d > $'line\\nnew'; rm plain", "rm $'line\\nfeed'; mv $'fol\\nder' folder"]
    try expectChain("7z", scripts, .native(Secret("a password")))
    try expectChain("7z", scripts, .age(passphrase: Secret("a password")))
  }

  @Test func `what an archive cannot hold of names is said`() throws {
    let workshop = try ShelfWorkshop("7z")
    try workshop.change("printf a > $'line\\nfeed'")
    let native = try workshop.backUp { $0.protection = .native(Secret("a password")) }
    #expect(native.point.manifest.archive.lacks.contains("line-feeds"))
    #expect(try !workshop.backUp().point.manifest.archive.lacks.contains("line-feeds"))
  }
}

/// All that is `old` becomes `new`, which is as long.
func replacing(_ old: String, by new: String, in bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  for place in bytes.indices where bytes[place...].starts(with: old.utf8) {
    bytes.replaceSubrange(place..<(place + old.utf8.count), with: new.utf8)
  }
  return bytes
}
