import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreArchives

@Suite("Encrypted points")
struct ShelfEncryptionTests {
  enum Case: String, CaseIterable, Sendable {
    case agePassphrase, ageRecipients, aes, native

    var format: String { self == .native ? "zip" : "tar" }
  }

  /// How points are made, and what opens them.
  private static func protection(_ example: Case) throws -> (ArchiveProtection, ArchiveKeys) {
    var keys = ArchiveKeys()
    switch example {
    case .agePassphrase:
      keys.password = Secret("of age")
      return (.age(passphrase: Secret("of age")), keys)
    case .ageRecipients:
      let identity = try #require(AgeIdentity(AgeKeyTests.identity))
      keys.identities = [identity]
      return (.age(recipients: [identity.recipient]), keys)
    case .aes:
      let key = AESKey.random()
      keys.aesKey = key
      return (.aes(key), keys)
    case .native:
      keys.password = Secret("of zip")
      return (.native(Secret("of zip")), keys)
    }
  }

  @Test(arguments: Case.allCases, PointPlace.Form.allCases)
  func `a chain opens with its key, and with none other`(_ example: Case, _ form: PointPlace.Form) throws {
    let (protection, keys) = try Self.protection(example)
    let workshop = try ShelfWorkshop(example.format)
    try workshop.change("echo first > a; mkdir d; echo second > d/b; : > empty")
    try workshop.keepState("one")
    let first = try workshop.backUp(as: form) { $0.protection = protection }
    // Only who can open it compares it.
    #expect(first.isCompared == (example != .ageRecipients))
    try workshop.change("echo third > a; echo new > d/c; rm empty")
    try workshop.keepState("two")
    let second = try workshop.backUp(.incremental) { $0.protection = protection }
    #expect(second.point.manifest.variant == .incremental && second.point.needs == [first.point.name])

    let listing = try workshop.shelf.points()
    #expect(listing.points == [first.point, second.point])
    let encryption = try #require(listing.points.last?.manifest.archive.encryption)
    #expect(encryption.kind == protection.kind.rawValue && encryption.recipients == protection.recipients)
    for (point, state) in [(first.point, "one"), (second.point, "two")] {
      try workshop.inspect(point, .allContents, keys: keys)
      try workshop.expectRestores(point, to: state, keys: keys)
      // Sizes and checksums need no key.
      try workshop.inspect(point, .checksums)
      var wrong = ArchiveKeys()
      wrong.password = Secret("another")
      wrong.aesKey = AESKey.random()
      for others in [ArchiveKeys(), wrong] {
        expectSealed(point) { try workshop.inspect(point, .ownContents, keys: others) }
        expectSealed(point) { _ = try workshop.restore(point, keys: others) }
        #expect(!realEntryExists("\(workshop.scratch.path)/restored-\(point.text)"), "nothing is written")
      }
    }
    let files = try listing.points.map { try readRealFile(workshop.archive(of: $0)) }
    for text in ["first", "second", "third"] {
      #expect(!files.contains { displayed($0).contains(text) }, "\(text)")
    }
  }

  private func expectSealed(_ point: ShelfPoint, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("\(point.text) was opened")
    } catch ShelfError.sealed(let named, let encryption, _) {
      #expect(named == point.text && encryption == point.manifest.archive.encryption)
    } catch {
      Issue.record(error)
    }
  }

  @Test func `what another key opens is not followed`() throws {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change("echo a > a")
    let one = try Self.protection(.aes).0
    let other = try Self.protection(.aes).0
    func follows(_ protection: ArchiveProtection?) throws -> PathBytes? {
      try workshop.backUp(.incremental) { $0.protection = protection }.parent
    }
    #expect(try follows(one) == nil, "the shelf is empty")
    #expect(try follows(other) == nil, "another key of the same kind")
    #expect(try follows(Self.protection(.agePassphrase).0) == nil, "another kind")
    #expect(try follows(nil) == nil, "none")
    let plain = try #require(try workshop.shelf.points().points.last)
    #expect(try follows(nil) == plain.name)
    // The newest of its key is between others.
    let back = try workshop.backUp { $0.protection = one }
    _ = try workshop.backUp()
    #expect(try follows(one) == back.point.name)
  }

  @Test func `what is for other recipients is not followed`() throws {
    let workshop = try ShelfWorkshop("tar")
    try workshop.change("echo a > a")
    let identity = try #require(AgeIdentity(AgeKeyTests.identity))
    let own = ArchiveProtection.age(recipients: [identity.recipient])
    let first = try workshop.backUp { $0.protection = own }
    let passphrase = try workshop.backUp(.incremental) { $0.protection = .age(passphrase: Secret("x")) }
    #expect(passphrase.parent == nil)
    // Named twice is the same.
    let twice = ArchiveProtection.age(recipients: [identity.recipient, identity.recipient])
    #expect(try workshop.backUp(.incremental) { $0.protection = twice }.parent == first.point.name)
  }

  @Test func `damage to an encrypted archive is damage, not another key`() throws {
    let (protection, keys) = try Self.protection(.aes)
    let workshop = try ShelfWorkshop("tar")
    try workshop.change("echo a > a")
    let point = try workshop.backUp { $0.protection = protection }.point
    let path = "\(workshop.shelfPath)/\(point.text)/files.tar.aes"
    let bytes = try readRealFile(path)
    for changed in [Array(bytes.dropLast()), bytes.dropLast() + [bytes[bytes.count - 1] ^ 1]] {
      try writeRealFile(path, changed)
      #expect {
        try workshop.inspect(point, .ownContents, keys: keys)
      } throws: { error in
        if case ShelfError.damaged(let named, let file, _)? = error as? ShelfError {
          return named == point.text && file == "files.tar.aes"
        }
        return false
      }
    }
  }
}
