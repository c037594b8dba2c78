package import CoffreCore
import CoffreSystem
import Synchronization

/// What a source's own tool writes, into a file that appears under its name when it is whole.
package final class SourceDumpJob: Job {
  package let description: JobDescription
  package let goesOn = false
  private let target: PathBytes
  private let openReader: @Sendable (JobContext) throws -> any ByteReader
  /// Looks once more at the file before it gets its name.
  private let prove: @Sendable (PathBytes, Cancellation) throws -> Void
  private let bytesWritten = Atomic<Int64>(0)

  /// - Parameters:
  ///   - source: for people, without a secret.
  ///   - target: replaced if it exists.
  ///   - openReader: what it gives throws at its end if it is not whole.
  ///   - prove: told the path of the file under its temporary name.
  package init(
    source: String, target: PathBytes, openReader: @escaping @Sendable (JobContext) throws -> any ByteReader,
    prove: @escaping @Sendable (PathBytes, Cancellation) throws -> Void = { _, _ in }
  ) {
    self.target = target
    self.openReader = openReader
    self.prove = prove
    description = JobDescription(kind: "source-dump", repository: "", subjects: [source, displayed(target)])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let (folderPath, name) = splitPath(target)
    let existing = try? FileDescriptor.attributes(ofPath: target, .following)
    if existing?.kind == .directory { throw DumpError.targetIsFolder(displayed(target)) }
    // A tool that is started and then has nowhere to write to was started in vain.
    let folder = try FileDescriptor.openDirectory(path: folderPath)
    let temporary = temporaryName()
    do {
      // Whoever may read the database is not whoever may read this folder.
      let file = try folder.open(
        temporary, for: .writing, [.create, .exclusive, .noFollow], permissions: 0o600)
      try copy(try openReader(context), into: file, context.cancellation)
      try file.synchronize()
      try prove(joined(folderPath, temporary), context.cancellation)
      try folder.rename(temporary, to: folder, name, replacing: true)
    } catch {
      try? folder.removeFile(temporary)
      throw error
    }
    try folder.synchronize()
    let facts = [
      JobFact("target", .text(displayed(target))),
      JobFact("bytesWritten", .bytes(bytesWritten.load(ordering: .relaxed))),
      JobFact("duration", .duration(ContinuousClock.now - start)),
    ]
    return JobResult(exitCode: .done, facts: facts)
  }

  private func copy(
    _ reader: any ByteReader, into file: borrowing FileDescriptor, _ cancellation: Cancellation
  ) throws {
    var buffer = makeBuffer(256 << 10)
    while true {
      try cancellation.check()
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return }
      do throws(SystemError) {
        try file.write(buffer.span.extracting(0..<count))
      } catch {
        // People know the file by its own name.
        throw SystemError(code: error.code, operation: error.operation, path: target)
      }
      _ = bytesWritten.add(Int64(count), ordering: .relaxed)
    }
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    JobProgress(phase: "dump", elapsed: elapsed, bytesDone: bytesWritten.load(ordering: .relaxed))
  }
}
