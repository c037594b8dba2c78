import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Repository config")
struct RepositoryConfigTests {
  private func config(_ json: String) throws -> RepositoryConfig { try RepositoryConfig(decoding: Array(json.utf8)) }

  @Test(arguments: Vectors.repositories)
  func `is written as restic writes it`(_ repository: String) throws {
    let json = try #require(try Vectors.expected(repository)["config_json"] as? String)
    let config = try config(json)
    #expect(config.chunkerPolynomial == 0x3D_A335_8B4D_C173)
    #expect(!config.foreignChunking)
    #expect(text(config.encoded()) == json)
  }

  @Test(arguments: [
    (#""chunker":"Rabin","chunk_size":1048576,"chunk_min_size":524288,"chunk_max_size":8388608"#, false),
    (#""chunker":"FixedSize""#, true), (#""chunk_size":4096"#, true), (#""chunk_min_size":1"#, true),
    (#""chunk_max_size":16777216"#, true), (#""is_hot":true,"compression":3,"chunker":null"#, false),
  ])
  func `recognises the chunks of rustic`(_ example: (fields: String, isForeign: Bool)) throws {
    let config = try config(#"{"version":2,"id":"x","chunker_polynomial":"3DA3358B4DC173",\#(example.fields)}"#)
    #expect(config.foreignChunking == example.isForeign)
    #expect(config.chunkerPolynomial == 0x3D_A335_8B4D_C173)
  }

  @Test func `refuses versions it does not know before it looks further`() {
    #expect(throws: RepositoryConfigError.unsupportedVersion(3)) { _ = try config(#"{"version":3}"#) }
    #expect(RepositoryConfigError.unsupportedVersion(3).exitCode == .versionNotSupported)
    #expect(RepositoryConfigError.unsupportedVersion(3).explanation.problem == "unsupported repository version 3")
  }

  @Test(arguments: [
    (#"{}"#, "no version"), (#"{"version":2}"#, "no id"), (#"{"version":2,"id":"x"}"#, "no chunker polynomial"),
  ])
  func `names what is missing`(_ example: (json: String, problem: Message)) {
    #expect(throws: RepositoryConfigError.malformed(offset: 0, problem: example.problem)) {
      _ = try config(example.json)
    }
  }

  @Test(arguments: ["", "xyz", "12345678901234567", "0x12"])
  func `refuses other polynomials`(_ polynomial: String) {
    #expect(throws: RepositoryConfigError.self) {
      _ = try config(#"{"version":2,"id":"x","chunker_polynomial":"\#(polynomial)"}"#)
    }
  }
}
