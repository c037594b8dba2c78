import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem

/// Where a command's words go: results to stdout, all else to stderr; for people or as JSON, never both.
struct Console: Sendable {
  let isJSON: Bool
  let isQuiet: Bool
  /// 0 to 2.
  let verbosity: Int
  let mayAsk: Bool
  let cancellation: Cancellation

  init(_ arguments: ParsedArguments, cancellation: Cancellation) {
    isJSON = arguments.isOn(GlobalOptions.json)
    isQuiet = arguments.isOn(GlobalOptions.quiet)
    verbosity = arguments.count(GlobalOptions.verbose)
    mayAsk = !arguments.isOn(GlobalOptions.noInput) && Terminal.isTerminal(.input)
    self.cancellation = cancellation
  }

  func print(_ text: String) throws { try StandardStream.output.write(text + "\n") }
  func print(_ bytes: [UInt8]) throws { try StandardStream.output.write(bytes) }
  func note(_ text: String) { try? StandardStream.errors.write(text + "\n") }

  /// Runs a job with this console and the run's journal file listening.
  ///
  /// - Parameter summary: the few lines that people get of its result.
  func run(_ job: any Job, summary: @escaping @Sendable (JobResult) -> [String]) async -> ExitCode {
    var sinks: [any EventSink] = [JournalFile(folder: StateFolders.current.journal)]
    if isJSON {
      sinks.append(JSONOutput(showsProgress: !isQuiet))
    } else {
      sinks.append(HumanOutput(isQuiet: isQuiet, verbosity: verbosity, summary: summary))
    }
    let code = await JobRunner(sinks: sinks).run(job, cancellation: cancellation)
    // A result that nobody could be told is not done; a reader that went away did not want it.
    return code == .done && StandardStream.output.hasLostOutput ? .failed : code
  }

  func reportAsJSON(_ error: any Error) -> ExitCode {
    let explained = error as? any Explained
    let code = explained?.exitCode ?? .failed
    JSONOutput(showsProgress: false).take(.failed(explained?.explanation ?? Explanation("\(error)"), code))
    return code
  }
}
