import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSystem

enum ArchiveTestCommand: RunnableCommand {
  static let spec = CommandSpec(
    "archive test", "read an archive and check all of it",
    arguments: [ArchiveOptions.archive],
    options: ArchiveOptions.keys + [ArchiveExtractCommand.mostBytes],
    exclusive: ArchiveOptions.exclusive,
    details: "Everything is unpacked and compared with the checksums that the archive has; nothing is written.",
    exits: [
      ExitSpec(.done, "sound"), ExitSpec(.failed), ExitSpec(.usage), ExitSpec(.wrongPassword),
      ExitSpec(.verificationFailed, "damaged, or not to be trusted"), ExitSpec(.toolMissing), ExitSpec(.interrupted),
    ],
    examples: [ExampleSpec("coffre archive test site.tar.zst")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(argument: "archive") ?? [])
    let keys = try ArchiveOptions.keys(arguments, console)
    var limits = ArchiveExtraction.Limits()
    limits.mostBytes = arguments.size(ArchiveExtractCommand.mostBytes)
    let job = ArchiveJob("archive-test", subjects: [displayed(path)], phase: "test") { [limits] report in
      let start = ContinuousClock.now
      do {
        let reader = try OpenArchive.read(path, limits: limits, keys: keys, cancellation: report.context.cancellation)
        let counters = try ArchiveExtraction(
          reader, limits: limits, cancellation: report.context.cancellation, note: { report.note($0) },
          progress: { report.progress(files: $0.files, bytes: $0.bytes) }
        ).test()
        let result = ArchiveSummary.result(reader, counters, took: ContinuousClock.now - start)
        return counters.losses > 0 ? JobResult(exitCode: .verificationFailed, facts: result.facts) : result
      } catch let error as ArchiveError where [.damaged, .hostile, .tooLarge].contains(error.reason) {
        throw ArchiveVerificationFailed(explanation: error.explanation)
      }
    }
    return await console.run(job) { result in
      ArchiveSummary.lines(of: result, doing: "checked '\(displayed(path))'")
    }
  }
}
