import CoffreArchives
import CoffreCore
import CoffreSystem

/// What the commands on archives share: keys and passwords.
enum ArchiveOptions {
  static let passwordFile = OptionSpec(
    "password-file", "p", .path("file"), help: "read the archive's password from a file",
    environment: ["COFFRE_ARCHIVE_PASSWORD_FILE"])
  static let passwordCommand = OptionSpec(
    "password-command", nil, .text("command"), help: "read the archive's password from a program's output",
    environment: ["COFFRE_ARCHIVE_PASSWORD_COMMAND"])
  static let identity = OptionSpec(
    "identity", nil, .path("file"), help: "a file with secret keys of age, as age-keygen writes it", isRepeatable: true)
  static let keyFile = OptionSpec(
    "key-file", nil, .path("file"), help: "the key of an archive encrypted with --encrypt aes")

  /// For reading.
  static let keys = [passwordFile, passwordCommand, identity, keyFile]
  static let exclusive = [["password-file", "password-command"]]

  static let archive = ArgumentSpec("archive", help: "the archive's file")

  /// Where the password comes from, if it is said; nobody is asked for one that may not be needed.
  static func password(_ arguments: ParsedArguments, _ console: Console, mayAsk: Bool) -> PasswordSource? {
    let source = PasswordSource(arguments, .archive, console: console)
    switch source {
    case .none: return nil
    case .prompt: return mayAsk ? source : nil
    case .file, .command, .environment: return source
    }
  }

  /// What opens archives.
  static func keys(_ arguments: ParsedArguments, _ console: Console) throws -> ArchiveKeys {
    var keys = ArchiveKeys()
    keys.password = try password(arguments, console, mayAsk: false)?.read(cancellation: console.cancellation)
    for path in arguments.allBytes(identity) {
      guard let found = AgeIdentity.all(in: try contents(of: path)), !found.isEmpty else {
        throw UsageError(
          "'\(displayed(path))' holds no secret key of age", advice: "Give the file that age-keygen wrote.")
      }
      keys.identities += found
    }
    if let path = arguments.bytes(keyFile) { keys.aesKey = try AESKey(keyset: try contents(of: path)) }
    return keys
  }

  static func contents(of path: PathBytes) throws -> [UInt8] {
    do throws(SystemError) {
      return try readFile(path, limit: 1 << 20)
    } catch {
      throw UsageError("the file '\(displayed(path))' cannot be read: \(error.cause)", advice: "Check its path.")
    }
  }
}

extension PasswordOptions {
  /// Of an archive.
  static let archive = PasswordOptions(
    owner: .archive, file: ArchiveOptions.passwordFile, command: ArchiveOptions.passwordCommand,
    variables: ["COFFRE_ARCHIVE_PASSWORD"])
}
