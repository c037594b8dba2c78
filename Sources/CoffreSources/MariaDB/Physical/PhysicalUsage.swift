import CoffreCore

/// What is asked of a physical backup that it cannot do: its files are those of a whole server.
struct PhysicalUsage: Error, Sendable, Explained {
  let explanation: Explanation

  init(_ problem: Message, advice: Message) { explanation = Explanation(problem, advice: advice) }

  var exitCode: ExitCode { .usage }
}
