import CoffreCore
import CoffreRepository

/// Counts what a question could not read, and tells it at once.
final class Damage {
  private let console: Console
  private var count = 0

  init(_ console: Console) { self.console = console }

  func tell(_ error: any Explained) {
    count += 1
    guard console.isJSON else { return console.tell(error) }
    try? console.print(
      SnapshotJSON.line("warning") { json in
        json.field("code") { $0.string("damaged") }
        json.field("message") { $0.string(console.language.text(error.text)) }
        json.field("loss") { $0.bool(true) }
      })
  }

  /// How the question ends.
  var exitCode: ExitCode { count == 0 ? .done : .failed }
}
