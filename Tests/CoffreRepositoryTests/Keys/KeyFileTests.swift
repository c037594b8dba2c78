import CoffreCore
import CoffreTestKit
import Foundation
import Testing

@testable import CoffreRepository

@Suite("Key file")
struct KeyFileTests {
  @Test func `writes every real key file as restic did`() throws {
    var count = 0
    for repository in Vectors.repositories {
      let folder = Vectors.folder.appending(path: "\(repository)/keys")
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)) {
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        let key = try KeyFile(decoding: bytes)
        #expect(key.encoded() == bytes)
        #expect(key.salt.count == 64)
        #expect(key.obstacle == nil)
        count += 1
      }
    }
    #expect(count == 4)
  }

  @Test func `reads a file without the informational fields`() throws {
    let salt = text(Base64.encode([UInt8](repeating: 1, count: 64).span))
    let json = #"{"kdf":"scrypt","N":131072,"r":8,"p":1,"salt":"\#(salt)","data":"\#(salt)","more":[]}"#
    let key = try KeyFile(decoding: Array(json.utf8))
    #expect(key.created == .missing)
    #expect(key.obstacle == nil)
  }

  @Test func `tells why a key cannot be tried`() throws {
    var key = KeyFile(
      created: .missing, username: "", hostname: "", cost: 32768, blockSize: 8, parallelism: 1,
      salt: [UInt8](repeating: 0, count: 64), sealedMasterKey: [UInt8](repeating: 0, count: 100))
    #expect(key.obstacle == nil)
    key.derivation = "argon2"
    #expect(key.obstacle == "unknown key derivation 'argon2'")
    key.derivation = "scrypt"
    key.salt.removeLast()
    #expect(key.obstacle == "salt of 63 bytes instead of 64")
    key.salt.append(0)
    key.cost = 1000
    #expect(key.obstacle == "impossible scrypt parameters N=1000, r=8, p=1")
    key.cost = 16
    key.sealedMasterKey = []
    #expect(key.obstacle == "no sealed master key")
  }
}

@Suite("Master key")
struct MasterKeyTests {
  @Test func `is written as restic writes it`() throws {
    let key = MasterKey(
      encryption: [UInt8](repeating: 1, count: 32), macKey: [UInt8](repeating: 2, count: 16),
      macR: [UInt8](repeating: 255, count: 16))
    let expected =
      #"{"mac":{"k":"AgICAgICAgICAgICAgICAg==","r":"/////////////////////w=="},"#
      + #""encrypt":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}"#
    #expect(text(key.encoded()) == expected)
    let back = try MasterKey(decoding: Array(expected.utf8))
    #expect(back.encryption == key.encryption)
    #expect(back.macKey == key.macKey)
    #expect(back.macR == key.macR)
  }

  @Test func `never shows itself`() {
    let key = MasterKey(
      encryption: [UInt8](repeating: 77, count: 32), macKey: [UInt8](repeating: 77, count: 16),
      macR: [UInt8](repeating: 77, count: 16))
    var dumped = ""
    dump(key, to: &dumped)
    for shown in ["\(key)", String(reflecting: key), dumped, "\([key])"] { #expect(!shown.contains("77")) }
  }

  @Test(arguments: [#"{}"#, #"{"mac":{"k":"","r":""},"encrypt":""}"#, #"{"encrypt":"%%%"}"#, "x"])
  func `refuses other texts without telling them`(_ text: String) {
    let error = #expect(throws: MalformedKey.self) { _ = try MasterKey(decoding: Array(text.utf8)) }
    #expect(error?.explanation.problem.contains("%") == false)
  }
}
