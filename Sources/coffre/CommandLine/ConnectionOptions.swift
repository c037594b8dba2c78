import CoffreCore
import CoffreStores
import CoffreSystem

/// Options about repositories beyond the network.
enum ConnectionOptions {
  static let repositoryFile = OptionSpec(
    "repo-file", nil, .path("file"), help: "read the repository's address from a file, password and all",
    environment: ["COFFRE_REPOSITORY_FILE", "RESTIC_REPOSITORY_FILE"])

  static let authorities = OptionSpec(
    "cacert", nil, .path("file"), help: "trust these certificates (PEM file or folder) instead of the system's",
    environment: ["COFFRE_CACERT", "RESTIC_CACERT"])

  static let clientCertificate = OptionSpec(
    "tls-client-cert", nil, .path("file"), help: "show this certificate, with its key in the same file (PEM)",
    environment: ["COFFRE_TLS_CLIENT_CERT", "RESTIC_TLS_CLIENT_CERT"])

  static let insecure = OptionSpec(
    "insecure-tls", help: "take any certificate: whoever stands between can read the password")

  static let userAgent = OptionSpec(
    "http-user-agent", nil, .text("name"), help: "name of this program for servers", defaultValue: "coffre",
    environment: ["COFFRE_HTTP_USER_AGENT", "RESTIC_HTTP_USER_AGENT"])

  static let uploadLimit = OptionSpec(
    "limit-upload", nil, .integer("KiB/s", 0...largestLimit), help: "send no faster; 0 for as fast as can be",
    defaultValue: "0")

  static let downloadLimit = OptionSpec(
    "limit-download", nil, .integer("KiB/s", 0...largestLimit), help: "receive no faster; 0 for as fast as can be",
    defaultValue: "0")

  static let connections = OptionSpec(
    "connections", nil, .integer("count", 1...100), help: "requests at once to the repository's server",
    defaultText: "5")

  static let patience = OptionSpec(
    "retry-store", nil, .duration("duration"), help: "keep asking a server that stopped answering so long",
    defaultValue: "15m")

  private static let largestLimit = 1 << 40

  /// In the order of the help.
  static let all = [
    repositoryFile, authorities, clientCertificate, insecure, userAgent, uploadLimit, downloadLimit, connections,
    patience,
  ]

  static let exclusive = [["repo", "repo-file"]]
}

// MARK: What they say

extension ConnectionOptions {
  /// Where the repository lies, as it was given: it may hold a password.
  static func repositoryAddress(_ arguments: ParsedArguments) throws -> PathBytes {
    guard let address = try address(arguments, GlobalOptions.repository, repositoryFile) else {
      throw UsageError("no repository is named", advice: "Give --repo, or set COFFRE_REPOSITORY.")
    }
    return address
  }

  /// The value of one option, or what stands in the file that the other names; `nil` without either.
  static func address(_ arguments: ParsedArguments, _ repository: OptionSpec, _ file: OptionSpec) throws -> PathBytes? {
    if !arguments.isGiven(file), let address = arguments.bytes(repository), !address.isEmpty { return address }
    guard let path = arguments.bytes(file) else { return nil }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try readFile(path, limit: 1 << 16)
    } catch {
      throw UsageError(
        "the file '\(displayed(path))' cannot be read: \(error.cause)",
        advice: "Give a file with the repository's address in it.")
    }
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = bytes.drop(while: isSpace)
    guard let end = start.lastIndex(where: { !isSpace($0) }) else {
      throw UsageError(
        "the file '\(displayed(path))' is empty", advice: "Give a file with the repository's address in it.")
    }
    return Array(start[...end])
  }

  static func storeContext(_ arguments: ParsedArguments, _ cancellation: Cancellation) throws -> StoreContext {
    var context = StoreContext(cancellation: cancellation)
    context.connection.userAgent = arguments.text(userAgent) ?? "coffre"
    context.connection.authorities = try readable(authorities, arguments)
    context.connection.clientCertificate = try readable(clientCertificate, arguments)
    context.connection.acceptsAnyCertificate = arguments.isOn(insecure)
    context.connection.uploadLimit = limit(uploadLimit, arguments)
    context.connection.downloadLimit = limit(downloadLimit, arguments)
    context.connection.parallelRequests = arguments.integer(connections)
    let patience = arguments.duration(patience) ?? context.pace.patience
    context.pace = patience > .zero ? context.pace : .none
    context.pace.patience = patience
    return context
  }

  /// The path of a file or folder that can be read: found out before a server is asked.
  private static func readable(_ option: OptionSpec, _ arguments: ParsedArguments) throws -> PathBytes? {
    guard let path = arguments.bytes(option) else { return nil }
    do throws(SystemError) {
      let attributes = try FileDescriptor.attributes(ofPath: path, .following)
      if attributes.kind != .directory { _ = try FileDescriptor.open(path, for: .reading) }
      return try absolutePath(of: path)
    } catch {
      throw UsageError(
        "'\(displayed(path))' of '--\(option.name)' cannot be read: \(error.cause)",
        advice: "Give a certificate file that this user may read.")
    }
  }

  private static func limit(_ option: OptionSpec, _ arguments: ParsedArguments) -> Int? {
    guard let kibibytes = arguments.integer(option), kibibytes > 0 else { return nil }
    return kibibytes * 1024
  }
}
