import CoffreCore
import CoffreSystem
import OpenSSLKit

extension KeyFile {
  /// Seals a master key under a password (format: "Key files").
  init(sealing master: MasterKey, password: Secret, cost: KeyCost, created: Timestamp, machine: MachineIdentity) throws {
    let salt = randomBytes(64)
    let derived = try scrypt(
      password: password.exposedBytes, salt: salt, n: cost.n, r: cost.r, p: cost.p, count: Self.derivedByteCount)
    var sealed: [UInt8] = []
    Self.cipher(derived).seal(master.json().span, into: &sealed)
    self.init(
      created: created, username: machine.userName, hostname: machine.hostName, kdf: "scrypt", n: UInt64(cost.n),
      r: UInt64(cost.r), p: UInt64(cost.p), salt: salt, data: sealed)
  }

  /// - Returns: `nil` if the password is not this key's.
  /// - Throws: `RepositoryError.damaged`, for the caller to name the object, if the file asks for what cannot be done.
  func masterKey(openedWith password: Secret) throws -> MasterKey? {
    guard kdf == "scrypt" else {
      throw RepositoryError.damaged(object: "key", problem: "its key derivation '\(kdf)' is not known")
    }
    guard salt.count == 64 else {
      throw RepositoryError.damaged(object: "key", problem: "its salt has \(salt.count) bytes instead of 64")
    }
    guard let n = Int(exactly: n), let r = Int(exactly: r), let p = Int(exactly: p) else {
      throw RepositoryError.damaged(object: "key", problem: "its scrypt parameters are out of range")
    }
    let derived: [UInt8]
    do {
      derived = try scrypt(
        password: password.exposedBytes, salt: salt, n: n, r: r, p: p, count: Self.derivedByteCount)
    } catch {
      throw RepositoryError.damaged(object: "key", problem: "its scrypt parameters cannot be used: \(error)")
    }
    var json: [UInt8] = []
    do throws(CipherError) {
      try Self.cipher(derived).open(data.span, into: &json)
    } catch where error == .notAuthentic {
      return nil
    } catch {
      throw RepositoryError.damaged(object: "key", problem: error.problem)
    }
    do {
      return try MasterKey(json: json)
    } catch {
      throw RepositoryError.damaged(object: "key", problem: "\(error)")
    }
  }

  private static let derivedByteCount = 64

  /// scrypt's output, cut as the format says: 32 bytes for the cipher, twice 16 for the MAC.
  private static func cipher(_ derived: [UInt8]) -> BlobCipher {
    BlobCipher(encryption: Array(derived[..<32]), macKey: Array(derived[32..<48]), macR: Array(derived[48...]))
  }
}
