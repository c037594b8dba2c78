import CoffreCore
import CoffreSystem
import OpenSSLKit
import SodiumKit

extension KeyFile {
  /// In bytes; a guard against foreign files.
  static let largestSize: Int64 = 1 << 20

  private static let derivedSize = MasterKey.encryptionSize + 2 * MasterKey.macPartSize

  /// Seals a master key under a password (format: "Key files").
  init(sealing master: MasterKey, password: Secret, cost: KeyCost, created: Timestamp, machine: MachineIdentity)
    throws(ScryptError)
  {
    let salt = randomBytes(Self.saltSize)
    let derived = try scrypt(
      password: password.exposedBytes, salt: salt, n: cost.n, r: cost.r, p: cost.p, count: Self.derivedSize)
    var sealed: [UInt8] = []
    Self.cipher(derived).seal(master.encoded().span, into: &sealed)
    self.init(
      created: created, username: machine.userName, hostname: machine.hostName, cost: UInt64(cost.n),
      blockSize: UInt64(cost.r), parallelism: UInt64(cost.p), salt: salt, sealedMasterKey: sealed)
  }

  /// - Returns: `nil` if the password is not this key's.
  /// - Throws: `RepositoryError.damaged`, for the caller to name the object, if the file asks for what cannot be done.
  func masterKey(openedWith password: Secret) throws(RepositoryError) -> MasterKey? {
    func damaged(_ problem: Message) -> RepositoryError { .damaged(object: "key", problem: problem) }
    if let obstacle { throw damaged(obstacle) }
    guard let n = Int(exactly: cost), let r = Int(exactly: blockSize), let p = Int(exactly: parallelism) else {
      throw damaged("scrypt parameters out of range")
    }
    let derived: [UInt8]
    do throws(ScryptError) {
      derived = try scrypt(
        password: password.exposedBytes, salt: salt, n: n, r: r, p: p, count: Self.derivedSize)
    } catch {
      throw damaged("its scrypt parameters cannot be used: \(error.problem)")
    }
    var json: [UInt8] = []
    do throws(CipherError) {
      try Self.cipher(derived).open(sealedMasterKey.span, into: &json)
    } catch  where error == .notAuthentic {
      return nil
    } catch {
      throw damaged(error.problem)
    }
    do throws(MalformedKey) {
      return try MasterKey(decoding: json)
    } catch {
      throw damaged(error.text)
    }
  }

  /// scrypt's output, cut as the format says: 32 bytes for the cipher, twice 16 for the MAC.
  private static func cipher(_ derived: [UInt8]) -> BlobCipher {
    BlobCipher(encryption: Array(derived[..<32]), macKey: Array(derived[32..<48]), macR: Array(derived[48...]))
  }
}
