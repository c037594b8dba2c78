import CoffreArchives
import CoffreCore
import CoffreSystem

/// The options that say how a new archive is encrypted: of `archive create`, and of `backup --to`.
enum ArchiveEncryptionOptions {
  static let encrypt = OptionSpec(
    "encrypt", nil, .choice("kind", ArchiveProtection.Kind.allCases.map(\.rawValue)),
    help: "encrypt the archive with the format's own password, or around the whole file")
  static let recipient = OptionSpec(
    "recipient", nil, .text("key"), help: "who may open it: a public key of age, or a key of gpg's ring",
    isRepeatable: true)
  static let recipientsFile = OptionSpec(
    "recipients-file", nil, .path("file"), help: "read public keys of age from a file, one a line", isRepeatable: true)
  static let keyFile = OptionSpec(
    "key-file", nil, .path("file"), help: "the key of --encrypt aes; made if it is not there")

  static let all = [encrypt, recipient, recipientsFile, keyFile]

  static func kind(_ arguments: ParsedArguments) -> ArchiveProtection.Kind? {
    arguments.text(encrypt).flatMap { ArchiveProtection.Kind(rawValue: $0) }
  }

  /// - Parameters:
  ///   - password: where it comes from, if it is needed.
  ///   - isDryRun: whether a key that is not there is not made either.
  /// - Returns: `nil` if nothing is to be encrypted.
  static func protection(
    _ arguments: ParsedArguments, for format: any ArchiveFormat, password: PasswordSource?, isDryRun: Bool = false,
    _ console: Console
  ) throws -> ArchiveProtection? {
    let kind = kind(arguments)
    let recipients = try recipients(arguments)
    if kind != .age && kind != .gpg && !recipients.isEmpty {
      throw UsageError("recipients are for --encrypt age and gpg", advice: "Say which with --encrypt.")
    }
    let keyFile = arguments.bytes(keyFile)
    if kind != .aes && keyFile != nil {
      throw UsageError("--key-file is for --encrypt aes", advice: "Add --encrypt aes, or leave it out.")
    }
    func secret() throws -> Secret {
      guard let password else {
        throw UsageError("no password for the archive", advice: "Give --password-file or --password-command.")
      }
      return try password.read(confirming: true, cancellation: console.cancellation)
    }
    switch kind {
    case nil:
      try refuse(password)
      return nil
    case .native:
      guard format.traits.encryptsItself else {
        throw UsageError(
          "\(format.traits.name) has no encryption of its own", advice: "Use --encrypt age, or the format 7z or zip.")
      }
      return .native(try secret())
    case .age where recipients.isEmpty: return .age(passphrase: try secret())
    case .age: return .age(recipients: try recipients.map { try ageRecipient($0) })
    case .aes: return .aes(try aesKey(keyFile, isDryRun: isDryRun))
    case .gpg:
      guard !recipients.isEmpty else {
        throw UsageError("--encrypt gpg wants a recipient", advice: "Name a key of gpg's ring with --recipient.")
      }
      return .gpg(recipients: recipients)
    }
  }

  /// A password that has no effect was meant to have one.
  private static func refuse(_ password: PasswordSource?) throws {
    switch password {
    case .file, .command:
      throw UsageError(
        "a password is given, and nothing is to be encrypted",
        advice: "Add --encrypt native for zip and 7z, or --encrypt age.")
    case .environment, .prompt, .none?, nil: return
    }
  }

  private static func recipients(_ arguments: ParsedArguments) throws -> [String] {
    try arguments.allBytes(recipientsFile).reduce(arguments.texts(recipient)) { texts, path in
      let lines = displayed(try ArchiveOptions.contents(of: path)).split(whereSeparator: \.isNewline)
      return texts
        + lines.map { displayed(TextInput.trimmed(Array($0.utf8))) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }
  }

  private static func ageRecipient(_ text: String) throws -> AgeRecipient {
    guard let recipient = AgeRecipient(text) else {
      throw UsageError("'\(text)' is no public key of age", advice: "They begin with 'age1'; age-keygen makes them.")
    }
    return recipient
  }

  /// A new key's file is readable for its owner alone, and never replaces another: what that encrypted would be lost.
  ///
  /// - Parameter willMake: told before a key is made.
  static func aesKey(_ path: PathBytes?, isDryRun: Bool = false, willMake: () -> Void = {}) throws -> AESKey {
    guard let path else {
      throw UsageError("--encrypt aes wants a key", advice: "Give --key-file; it is made if it is not there.")
    }
    if try isThere(path) { return try AESKey(keyset: try ArchiveOptions.contents(of: path)) }
    willMake()
    let key = AESKey.random()
    guard !isDryRun else { return key }
    do throws(SystemError) {
      try writeFileAtomically(key.keyset, path, permissions: 0o600, replacing: false)
      return key
    } catch {
      guard error.isExisting else { throw error }
      // Another run was quicker: its key is the one that lasts.
      return try AESKey(keyset: try ArchiveOptions.contents(of: path))
    }
  }

  /// A link that leads nowhere is there, too: a key that is made would not be where it leads.
  private static func isThere(_ path: PathBytes) throws(SystemError) -> Bool {
    do throws(SystemError) {
      _ = try FileDescriptor.attributes(ofPath: path)
      return true
    } catch {
      guard error.isNotFound else { throw error }
      return false
    }
  }
}
