import CoffreCore

/// The options that name a second repository, which is only read.
enum FromRepositoryOptions {
  static let repository = OptionSpec(
    "from-repo", nil, .path("repository"), help: "where the other repository lies",
    environment: ["COFFRE_FROM_REPOSITORY", "RESTIC_FROM_REPOSITORY"])

  static let repositoryFile = OptionSpec(
    "from-repo-file", nil, .path("file"), help: "read the other repository's address from a file, password and all",
    environment: ["COFFRE_FROM_REPOSITORY_FILE", "RESTIC_FROM_REPOSITORY_FILE"])

  static let passwordFile = OptionSpec(
    "from-password-file", nil, .path("file"), help: "read the other repository's password from a file",
    environment: ["COFFRE_FROM_PASSWORD_FILE", "RESTIC_FROM_PASSWORD_FILE"])

  static let passwordCommand = OptionSpec(
    "from-password-command", nil, .text("command"),
    help: "read the other repository's password from a program's output",
    environment: ["COFFRE_FROM_PASSWORD_COMMAND", "RESTIC_FROM_PASSWORD_COMMAND"])

  static let keyHint = OptionSpec(
    "from-key-hint", nil, .text("id"), help: "try this key of the other repository first",
    environment: ["COFFRE_FROM_KEY_HINT", "RESTIC_FROM_KEY_HINT"])

  static let all = [repository, repositoryFile, passwordFile, passwordCommand, keyHint]

  static let exclusive = [["from-repo", "from-repo-file"], ["from-password-file", "from-password-command"]]

  /// As it was given; `nil` if it was not.
  static func address(_ arguments: ParsedArguments) throws -> PathBytes? {
    try ConnectionOptions.address(arguments, repository, repositoryFile)
  }
}
