package import CoffreCore
import OpenSSLKit

/// A key of `ArchiveSeal.aes`, as Tink keeps it in a file: a keyset in JSON, not encrypted. Who has it reads everything.
package struct AESKey: Sendable {
  /// Seals.
  let primary: Secret
  /// Open too: keys that were primary once.
  let others: [Secret]
  private let id: UInt32

  private static let type = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
  /// Of the protocol buffer that Tink keeps a key in: version 0, then the parameters (segments of 1 MiB, derived keys of
  /// 32 bytes, HKDF with SHA-256), then the head of the 32 bytes of the key.
  private static let head: [UInt8] = [0x12, 8, 0x08, 0x80, 0x80, 0x40, 0x10, 32, 0x18, 3, 0x1A, 32]

  package static func random() -> AESKey {
    var id: UInt32 = 0
    for byte in randomBytes(4) { id = id << 8 | UInt32(byte) }
    return AESKey(primary: Secret(randomBytes(32)), others: [], id: max(1, id))
  }

  private init(primary: Secret, others: [Secret], id: UInt32) {
    self.primary = primary
    self.others = others
    self.id = id
  }

  /// A keyset with this key alone, as the file holds it.
  package var keyset: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("primaryKeyId")
    writer.number(UInt64(id))
    writer.key("key")
    writer.beginArray()
    writer.beginObject()
    writer.key("keyData")
    writer.beginObject()
    writer.key("typeUrl")
    writer.string(Self.type)
    writer.key("value")
    writer.base64((Self.head + primary.exposedBytes).span)
    writer.key("keyMaterialType")
    writer.string(#"SYMMETRIC"#)
    writer.endObject()
    writer.key("status")
    writer.string(#"ENABLED"#)
    writer.key("keyId")
    writer.number(UInt64(id))
    writer.key("outputPrefixType")
    writer.string(#"RAW"#)
    writer.endObject()
    writer.endArray()
    writer.endObject()
    writer.endLine()
    return writer.takeOutput()
  }
}

// MARK: Reading

extension AESKey {
  private struct Part {
    var id: UInt32 = 0
    var isEnabled = false
    var type = ""
    var value: [UInt8] = []
  }

  /// Reads a keyset.
  package init(keyset: [UInt8]) throws(ArchiveError) {
    var primary: UInt32 = 0
    var parts: [Part] = []
    do throws(MalformedJSON) {
      var reader = JSONReader(keyset)
      try reader.enterObject()
      while let key = try reader.nextKey() {
        switch reader.swiftString(of: key) {
        case "primaryKeyId": primary = try reader.unsigned32()
        case "key":
          try reader.enterArray()
          while try reader.nextElement() { parts.append(try Self.part(&reader)) }
        default: try reader.skipValue()
        }
      }
      try reader.finish()
    } catch {
      throw Self.unusable("it is no keyset of Tink in JSON")
    }
    let enabled = parts.filter { $0.isEnabled }
    guard let first = enabled.first(where: { $0.id == primary }) else {
      throw Self.unusable("its primary key is missing or not enabled")
    }
    id = primary
    self.primary = try Self.secret(first)
    var others: [Secret] = []
    for part in enabled where part.id != primary { others.append(try Self.secret(part)) }
    self.others = others
  }

  private static func part(_ reader: inout JSONReader) throws(MalformedJSON) -> Part {
    var part = Part()
    try reader.enterObject()
    while let key = try reader.nextKey() {
      switch reader.swiftString(of: key) {
      case "keyId": part.id = try reader.unsigned32()
      case "status": part.isEnabled = try reader.swiftString() == "ENABLED"
      case "keyData":
        try reader.enterObject()
        while let key = try reader.nextKey() {
          switch reader.swiftString(of: key) {
          case "typeUrl": part.type = try reader.swiftString()
          case "value": part.value = try reader.base64()
          default: try reader.skipValue()
          }
        }
      default: try reader.skipValue()
      }
    }
    return part
  }

  private static func secret(_ part: Part) throws(ArchiveError) -> Secret {
    // Tink writes the version, which is 0, or leaves it out.
    let value = part.value.starts(with: [0x08, 0]) ? Array(part.value.dropFirst(2)) : part.value
    guard part.type == type, value.count == head.count + 32, value.starts(with: head) else {
      throw unusable("its key is not of the kind AES256_GCM_HKDF_1MB")
    }
    return Secret(Array(value.dropFirst(head.count)))
  }

  private static func unusable(_ cause: Message) -> ArchiveError {
    ArchiveError(.wrongKey, format: "aes", because: "the key file cannot be used: \(cause)")
  }
}
