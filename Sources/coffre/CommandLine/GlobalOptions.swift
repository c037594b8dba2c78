import CoffreCore
import CoffreMessages

/// The options that every command understands.
enum GlobalOptions {
  static let repository = OptionSpec(
    "repo", "r", .path("repository"), help: "where the repository lies",
    environment: ["COFFRE_REPOSITORY", "RESTIC_REPOSITORY"])

  static let passwordFile = OptionSpec(
    "password-file", "p", .path("file"), help: "read the repository's password from a file",
    environment: ["COFFRE_PASSWORD_FILE", "RESTIC_PASSWORD_FILE"])

  static let passwordCommand = OptionSpec(
    "password-command", nil, .text("command"), help: "read the repository's password from a program's output",
    environment: ["COFFRE_PASSWORD_COMMAND", "RESTIC_PASSWORD_COMMAND"])

  static let keyHint = OptionSpec(
    "key-hint", nil, .text("id"), help: "try this key of the repository first",
    environment: ["COFFRE_KEY_HINT", "RESTIC_KEY_HINT"])

  static let retryLock = OptionSpec(
    "retry-lock", nil, .duration("duration"), help: "wait so long for a locked repository", defaultValue: "0s")

  static let cacheFolder = OptionSpec(
    "cache-dir", nil, .path("folder"), help: "where parts of repositories are kept for speed; restic may share it",
    defaultText: "~/.cache/coffre", environment: ["COFFRE_CACHE_DIR", "RESTIC_CACHE_DIR"])

  static let noCache = OptionSpec("no-cache", help: "keep nothing on this machine, and use nothing kept")

  static let cleanupCache = OptionSpec(
    "cleanup-cache", help: "clear away cached repositories that nobody used for 30 days")

  static let json = OptionSpec(
    "json", nil, .flagOr("format", ["restic"]),
    help: "print results as JSON, for programs; as restic does with '=restic' or COFFRE_JSON=restic")

  static let quiet = OptionSpec("quiet", "q", help: "show errors and warnings only")

  static let verbose = OptionSpec(
    "verbose", "v", help: "name every entry that is stored or restored", isRepeatable: true)

  static let noColor = OptionSpec("no-color", help: "show no colours", environment: ["NO_COLOR"])

  static let language = OptionSpec(
    "lang", nil, .choice("language", Languages.all.map(\.code)), help: "language of messages and help",
    defaultText: "of the locale", environment: ["COFFRE_LANG"])

  static let noInput = OptionSpec("no-input", help: "never ask, fail instead")

  static let yes = OptionSpec("yes", help: "answer yes to questions; what asks for a name still wants --confirm")

  static let help = OptionSpec("help", "h", help: "show this help")

  static let version = OptionSpec("version", help: "show the version of this program")

  /// In the order of the help.
  static let all: [OptionSpec] =
    [
      repository, passwordFile, passwordCommand, keyHint, retryLock, cacheFolder, noCache, cleanupCache, json, quiet,
      verbose, language, noColor, noInput,
      yes, help, version,
    ] + ConnectionOptions.all

  static let exclusive =
    [["password-file", "password-command"], ["quiet", "verbose"]] + ConnectionOptions.exclusive
}
