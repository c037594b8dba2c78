/// Why an archive cannot be written.
package struct ArchiveError: Error, Sendable, Hashable {
  /// The format's name.
  package let format: String
  /// The entry at work; empty for the archive itself.
  package let path: PathBytes
  /// As the library said it.
  package let cause: Message

  package init(format: String, path: PathBytes, because cause: Message) {
    self.format = format
    self.path = path
    self.cause = cause
  }
}

extension ArchiveError: Explained {
  package var explanation: Explanation {
    if path.isEmpty { return Explanation("cannot write the \(format) archive", because: cause) }
    return Explanation("cannot put '\(displayed(path))' into the \(format) archive", because: cause)
  }

  package var exitCode: ExitCode { .failed }
}
