package import CoffreCore

/// A file of a snapshot whose content, or a directory whose list, cannot be had.
package struct ContentError: Explained {
  package let path: PathBytes
  package let cause: any Error

  package init(path: PathBytes, cause: any Error) {
    self.path = path
    self.cause = cause
  }

  package var explanation: Explanation {
    let explained = cause as? any Explained
    return Explanation(
      "cannot read '\(displayed(path))'", because: explained?.text ?? .verbatim("\(cause)"),
      advice: explained?.explanation.advice)
  }

  package var exitCode: ExitCode { (cause as? any Explained)?.exitCode ?? .failed }
}
