package import CoffreCore

/// A key file: the master key sealed under a password. The only file of a repository in the clear.
package struct KeyFile: Sendable, Hashable {
  package static let saltSize = 64
  package static let derivation = "scrypt"

  /// `Timestamp.missing` if the file does not tell.
  package var created: Timestamp
  package var username: String
  package var hostname: String
  /// Other functions than `scrypt` are unknown.
  package var derivation: String
  /// `N` of scrypt, its cost in time and memory.
  package var cost: UInt64
  /// `r` of scrypt.
  package var blockSize: UInt64
  /// `p` of scrypt.
  package var parallelism: UInt64
  package var salt: [UInt8]
  /// The sealed `MasterKey`.
  package var sealedMasterKey: [UInt8]

  package init(
    created: Timestamp, username: String, hostname: String, cost: UInt64, blockSize: UInt64, parallelism: UInt64,
    salt: [UInt8], sealedMasterKey: [UInt8]
  ) {
    self.created = created
    self.username = username
    self.hostname = hostname
    derivation = Self.derivation
    self.cost = cost
    self.blockSize = blockSize
    self.parallelism = parallelism
    self.salt = salt
    self.sealedMasterKey = sealedMasterKey
  }

  private enum Field: String, CaseIterable, Sendable {
    case created, username, hostname
    case derivation = "kdf"
    case cost = "N"
    case blockSize = "r"
    case parallelism = "p"
    case salt
    case sealedMasterKey = "data"
  }

  /// Reads a key file; fields it does not know are passed over. Whether the key can be tried, `obstacle` tells.
  package init(decoding bytes: [UInt8]) throws(MalformedKey) {
    self.init(
      created: .missing, username: "", hostname: "", cost: 0, blockSize: 0, parallelism: 0, salt: [],
      sealedMasterKey: [])
    derivation = ""
    var reader = JSONReader(bytes)
    do throws(MalformedJSON) {
      try read(&reader)
      try reader.finish()
    } catch {
      throw MalformedKey(error)
    }
  }

  private mutating func read(_ reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      if try reader.takesNull() { continue }
      switch field {
      case .created: created = try reader.time()
      case .username: username = try reader.swiftString()
      case .hostname: hostname = try reader.swiftString()
      case .derivation: derivation = try reader.swiftString()
      case .cost: cost = try reader.unsigned()
      case .blockSize: blockSize = try reader.unsigned()
      case .parallelism: parallelism = try reader.unsigned()
      case .salt: salt = try reader.base64()
      case .sealedMasterKey: sealedMasterKey = try reader.base64()
      }
    }
  }

  /// Why no password can be tried on this key, in words; `nil` if one can.
  package var obstacle: Message? {
    if derivation != Self.derivation { return "unknown key derivation '\(derivation)'" }
    if salt.count != Self.saltSize { return "salt of \(salt.count) bytes instead of \(Self.saltSize)" }
    if cost < 2 || cost.nonzeroBitCount != 1 || blockSize == 0 || parallelism == 0 {
      return "impossible scrypt parameters N=\(cost), r=\(blockSize), p=\(parallelism)"
    }
    if sealedMasterKey.count <= PackHeader.sealOverhead { return "no sealed master key" }
    return nil
  }

  /// The bytes of the file.
  package func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field(Field.created) { $0.time(created) }
    json.field(Field.username) { $0.string(username) }
    json.field(Field.hostname) { $0.string(hostname) }
    json.field(Field.derivation) { $0.string(derivation) }
    json.field(Field.cost) { $0.number(cost) }
    json.field(Field.blockSize) { $0.number(blockSize) }
    json.field(Field.parallelism) { $0.number(parallelism) }
    json.field(Field.salt) { $0.base64(salt.span) }
    json.field(Field.sealedMasterKey) { $0.base64(sealedMasterKey.span) }
    json.endObject()
    return json.output
  }
}
