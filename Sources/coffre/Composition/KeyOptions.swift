import CoffreCore
import CoffreEngine
import CoffreRepository

/// Where a new key's password comes from and whom the key names: shared by `repo key add` and `repo key passwd`.
enum KeyOptions {
  static let passwordFile = OptionSpec(
    "new-password-file", nil, .path("file"), help: "read the new password from a file")
  static let passwordCommand = OptionSpec(
    "new-password-command", nil, .text("command"), help: "read the new password from a program's output")
  static let host = OptionSpec(
    "host", nil, .text("name"), help: "the host that the key names", defaultText: "this machine")
  static let user = OptionSpec(
    "user", nil, .text("name"), help: "the user that the key names", defaultText: "whoever runs this")
  static let all = [passwordFile, passwordCommand, host, user]

  static let exclusive = ["new-password-file", "new-password-command"]

  /// A job that makes a key as these options want it.
  static func job(
    _ change: KeyJob.Change, _ arguments: ParsedArguments, _ composition: RepositoryComposition, _ console: Console
  ) -> KeyJob {
    let options = PasswordOptions(owner: .newKey, file: passwordFile, command: passwordCommand, variables: [])
    let source = PasswordSource(arguments, options, console: console)
    let machine = composition.machine
    let maker = MachineIdentity(
      hostName: arguments.text(host) ?? machine.hostName, userName: arguments.text(user) ?? machine.userName,
      userID: machine.userID, groupID: machine.groupID)
    return KeyJob(
      composition.access, change, maker: maker, cost: { try KeyCost.calibrated() },
      newPassword: { try source.read(confirming: true, cancellation: console.cancellation) })
  }
}
