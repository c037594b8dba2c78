import CoffreCore
import CoffreSystem

/// `7zz`, the program of 7-Zip for Linux, run with its password on standard input: it has no terminal then, and asks there.
struct SevenZipProgram {
  private static let name = "7zz"

  let cancellation: Cancellation
  /// Of the archive, for errors.
  var format = "7z"

  /// - Parameters:
  ///   - directory: where it runs.
  ///   - password: told when it asks; `nil` for an empty answer.
  ///   - life: what it writes to no pipe would go on for long after this process was killed.
  func start(
    _ words: [PathBytes], in directory: PathBytes? = nil, password: Secret?, output: ChildProcess.Output,
    life: ChildProcess.Life = .own
  ) throws -> ChildProcess {
    let child: ChildProcess
    do throws(SystemError) {
      child = try ChildProcess.start(
        [Array(Self.name.utf8)] + words, environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"], in: directory, input: .piped,
        output: output, errors: .captured, life: life)
    } catch {
      guard error.isNotFound else { throw error }
      throw ArchiveError(
        .toolMissing, format: format, because: "the program '\(Self.name)' is not installed (package 7zip)")
    }
    // It may end without having asked.
    try? child.write(((password?.exposedBytes ?? []) + [0x0A]).span)
    child.closeInput()
    return child
  }

  /// Waits for its end.
  ///
  /// - Parameter isKeyProved: asked where content that is encrypted cannot be read: whether the password is the right one
  ///   all the same.
  func finish(_ child: ChildProcess, reading: Bool, isKeyProved: () -> Bool = { false }) throws {
    let status = try cancellation.whenCancelled {
      child.kill()
    } during: { () throws(SystemError) in
      try child.wait()
    }
    try cancellation.check()
    // 1 are warnings: something is not as it should be.
    guard !status.isSuccess else { return }
    let text = displayed(child.capturedErrors())
    let isDamage = reading && text.contains(#"in encrypted file"#) && isKeyProved()
    throw failure(text, status, reading: reading, isDamage: isDamage)
  }

  private func failure(
    _ text: String, _ status: ChildProcess.ExitStatus, reading: Bool, isDamage: Bool
  ) -> ArchiveError {
    let lines = text.split(separator: "\n").map { $0.trimmingSpaces() }
    let told = lines.first { $0.hasPrefix("ERROR") } ?? lines.last { !$0.isEmpty }
    let cause: Message = told.map { .verbatim(String($0)) } ?? "\(Self.name) \(status.message)"
    if isDamage { return ArchiveError(.damaged, format: format, because: "what is encrypted in it was changed") }
    // Of content too it says so, with a question mark.
    if text.contains(#"Wrong password"#) {
      return ArchiveError(.wrongKey, format: format, because: "the password is wrong")
    }
    if text.contains(#"No space left"#) { return ArchiveError(.noSpace, format: format, because: cause) }
    return ArchiveError(reading ? .damaged : .cannotWrite, format: format, because: cause)
  }

  /// What it can be told: one line of text.
  static func check(_ password: Secret) throws(ArchiveError) {
    let bytes = password.exposedBytes
    guard !bytes.isEmpty, String(validating: bytes, as: UTF8.self) != nil,
      bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else {
      throw ArchiveError(
        .unsupported, format: "7z", because: "its password must be one line of text, without control characters")
    }
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> Substring {
    var text = drop { $0 == " " || $0 == "\r" }
    while text.last == " " || text.last == "\r" { text.removeLast() }
    return text
  }
}
