import CoffreCore

/// What seals everything in a repository. Never shows itself.
package struct MasterKey: Sendable {
  package static let encryptionSize = 32
  package static let macPartSize = 16

  /// Of AES-256: 32 bytes.
  package let encryption: [UInt8]
  /// The AES-128 key of the tag, `k`: 16 bytes.
  package let macKey: [UInt8]
  /// The Poly1305 key of the tag, `r`: 16 bytes, clamped or not.
  package let macR: [UInt8]

  /// - Precondition: the parts have 32, 16 and 16 bytes.
  package init(encryption: [UInt8], macKey: [UInt8], macR: [UInt8]) {
    precondition(
      encryption.count == Self.encryptionSize && macKey.count == Self.macPartSize && macR.count == Self.macPartSize,
      "parts of a master key have 32, 16 and 16 bytes")
    self.encryption = encryption
    self.macKey = macKey
    self.macR = macR
  }

  private enum Field: String, CaseIterable, Sendable {
    case mac
    case encryption = "encrypt"
  }

  private enum MACField: String, CaseIterable, Sendable { case k, r }

  /// Reads the plaintext of a key file's `data`.
  package init(decoding bytes: [UInt8]) throws(MalformedKey) {
    var reader = JSONReader(bytes)
    do throws(MalformedJSON) {
      try self.init(&reader)
      try reader.finish()
    } catch {
      throw MalformedKey(error)
    }
  }

  private init(_ reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    var macFields = JSONFields<MACField>()
    var encryption: [UInt8] = []
    var macKey: [UInt8] = []
    var macR: [UInt8] = []
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .encryption: encryption = try reader.base64()
      case .mac:
        try reader.enterObject()
        while let field = try reader.nextField(&macFields) {
          switch field {
          case .k: macKey = try reader.base64()
          case .r: macR = try reader.base64()
          }
        }
      }
    }
    guard encryption.count == Self.encryptionSize, macKey.count == Self.macPartSize, macR.count == Self.macPartSize
    else { throw reader.failure("master key with parts of wrong length", at: 0) }
    self.init(encryption: encryption, macKey: macKey, macR: macR)
  }

  /// The plaintext of a key file's `data`: to be sealed at once.
  package func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field(Field.mac) { json in
      json.beginObject()
      json.field(MACField.k) { $0.base64(macKey.span) }
      json.field(MACField.r) { $0.base64(macR.span) }
      json.endObject()
    }
    json.field(Field.encryption) { $0.base64(encryption.span) }
    json.endObject()
    return json.output
  }
}

extension MasterKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<master key>" }  // not for people
  package var debugDescription: String { "<master key>" }  // not for people
  package var customMirror: Mirror { Mirror(self, children: []) }
}
