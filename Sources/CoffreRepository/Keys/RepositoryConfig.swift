package import CoffreCore

/// Why the config of a repository cannot be used.
package enum RepositoryConfigError: Explained, Hashable {
  case malformed(offset: Int, problem: Message)
  case unsupportedVersion(UInt64)

  package var explanation: Explanation {
    switch self {
    case .malformed(let offset, let problem): Explanation("malformed config: \(problem), at byte \(offset)")
    case .unsupportedVersion(let version):
      Explanation("unsupported repository version \(version)", advice: "Use a newer coffre, if there is one.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .malformed: .failed
    case .unsupportedVersion: .versionNotSupported
    }
  }
}

/// The file `config`: what a repository is.
package struct RepositoryConfig: Sendable, Hashable {
  package static let supportedVersions: ClosedRange<UInt64> = 1...2

  package let version: Int
  /// 32 random bytes in hexadecimal; others are accepted too.
  package let id: String
  /// Bit i is the coefficient of x^i; whether it is irreducible, the chunker's folder knows.
  package let chunkerPolynomial: UInt64
  /// Whether rustic's fields ask for other chunks than restic makes, so that adding to this repository would not
  /// find what is there.
  package let foreignChunking: Bool

  package init(version: Int, id: String, chunkerPolynomial: UInt64) {
    self.init(version: version, id: id, chunkerPolynomial: chunkerPolynomial, foreignChunking: false)
  }

  private init(version: Int, id: String, chunkerPolynomial: UInt64, foreignChunking: Bool) {
    self.version = version
    self.id = id
    self.chunkerPolynomial = chunkerPolynomial
    self.foreignChunking = foreignChunking
  }

  /// The plaintext of the file; it is never compressed.
  package func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field(Field.version) { $0.number(UInt64(version)) }
    json.field(Field.id) { $0.string(id) }
    json.field(Field.polynomial) { $0.string(String(chunkerPolynomial, radix: 16)) }
    json.endObject()
    return json.output
  }

  private enum Field: String, CaseIterable, Sendable {
    case version, id
    case polynomial = "chunker_polynomial"
    case chunker
    case chunkSize = "chunk_size"
    case minimumChunkSize = "chunk_min_size"
    case maximumChunkSize = "chunk_max_size"
  }
}

// MARK: Reading

extension RepositoryConfig {
  /// Reads the plaintext of the file; fields it does not know are passed over.
  package init(decoding bytes: [UInt8]) throws(RepositoryConfigError) {
    var reader = JSONReader(bytes)
    let draft: Draft
    do throws(MalformedJSON) {
      draft = try Draft(&reader)
      try reader.finish()
    } catch {
      throw .malformed(offset: error.offset, problem: error.problem)
    }
    guard let version = draft.version else { throw .malformed(offset: 0, problem: "no version") }
    guard Self.supportedVersions.contains(version) else { throw .unsupportedVersion(version) }
    guard let id = draft.id else { throw .malformed(offset: 0, problem: "no id") }
    guard let polynomial = draft.polynomial else { throw .malformed(offset: 0, problem: "no chunker polynomial") }
    self.init(
      version: Int(version), id: id, chunkerPolynomial: polynomial, foreignChunking: draft.foreignChunking)
  }

  private struct Draft {
    var version: UInt64?
    var id: String?
    var polynomial: UInt64?
    var foreignChunking = false

    init(_ reader: inout JSONReader) throws(MalformedJSON) {
      var fields = JSONFields<Field>()
      try reader.enterObject()
      while let field = try reader.nextField(&fields) {
        if try reader.takesNull() { continue }
        switch field {
        case .version: version = try reader.unsigned()
        case .id: id = try reader.swiftString()
        case .polynomial: polynomial = try Self.polynomial(&reader)
        case .chunker: if try reader.swiftString() != "Rabin" { foreignChunking = true }
        case .chunkSize: try expect(1 << 20, &reader)
        case .minimumChunkSize: try expect(512 << 10, &reader)
        case .maximumChunkSize: try expect(8 << 20, &reader)
        }
      }
    }

    /// rustic may spell out the sizes that restic has anyway.
    private mutating func expect(_ usual: UInt64, _ reader: inout JSONReader) throws(MalformedJSON) {
      if try reader.unsigned() != usual { foreignChunking = true }
    }

    private static func polynomial(_ reader: inout JSONReader) throws(MalformedJSON) -> UInt64 {
      let start = reader.position
      let text = try reader.string()
      guard !text.isEmpty, text.count <= 16 else {
        throw reader.failure("chunker polynomial that is no hexadecimal number", at: start)
      }
      var value: UInt64 = 0
      for index in text.indices {
        guard let digit = hexadecimal(in: text.span, at: index, digits: 1) else {
          throw reader.failure("chunker polynomial that is no hexadecimal number", at: start)
        }
        value = value << 4 | UInt64(digit)
      }
      return value
    }
  }
}
