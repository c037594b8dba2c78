import CoffreCore
import CoffreSystem

/// Gives the stream of a snapshot to `mbstream`, which makes files of it and checks their sums.
struct StreamExtraction {
  private let tools: VendorTools
  private let folder: ServerFiles
  private let cancellation: Cancellation

  /// - Parameter tools: those of mariadb-backup.
  init(_ tools: VendorTools, to folder: ServerFiles, cancellation: Cancellation) {
    self.tools = tools
    self.folder = folder
    self.cancellation = cancellation
  }

  /// - Parameters:
  ///   - file: what errors call the stream.
  ///   - progress: told of bytes, as they are taken.
  /// - Returns: what a server must be told to open the files.
  func run(
    _ reader: any ByteReader, of file: PathBytes, progress: (Int64) -> Void
  ) throws(SourceError) -> ServerSettings {
    let child: ChildProcess
    do throws(SystemError) {
      child = try ChildProcess.start(
        tools.command("mbstream", ["-x", "-C", displayed(folder.path)]), environment: ["LC_ALL": "C"],
        input: .piped, output: .discarded, errors: .captured, life: .ofThread)
    } catch {
      throw SourceError(.toolFailed, "run", Array("mbstream".utf8), because: error.cause)
    }
    defer {
      child.kill()
      // Nothing makes files any more when these are removed.
      _ = try? child.wait()
    }
    var scanner = StreamScanner()
    var buffer = makeBuffer(256 << 10)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      if cancellation.isCancelled { throw cancelled }
      if count == 0 { break }
      let bytes = buffer.span.extracting(0..<count)
      // Before the program makes files of it.
      do throws(StreamScanner.Malformed) {
        try scanner.take(bytes)
      } catch {
        throw Self.refusal(error, of: file)
      }
      guard try write(bytes, to: child) else {
        try end(child)
        throw SourceError(
          .failed, "restore to", folder.target, because: "mbstream ended well, but did not take all of the backup")
      }
      progress(Int64(count))
    }
    child.closeInput()
    try end(child)
    return try checked(scanner, file)
  }

  private var cancelled: SourceError {
    SourceError(.cancelled, "restore to", folder.target, because: "the run was cancelled")
  }

  /// - Returns: `false` if the program takes no more; its end tells why.
  private func write(_ bytes: Span<UInt8>, to child: ChildProcess) throws(SourceError) -> Bool {
    do throws(SystemError) {
      try cancellation.whenCancelled({ child.endSoon() }, during: { () throws(SystemError) in try child.write(bytes) })
      return true
    } catch {
      if cancellation.isCancelled { throw cancelled }
      guard error.isBrokenPipe else {
        throw SourceError(.toolFailed, "restore to", folder.target, because: error.cause)
      }
      return false
    }
  }

  private func end(_ child: ChildProcess) throws(SourceError) {
    let status: ChildProcess.ExitStatus
    do throws(SystemError) {
      status = try cancellation.whenCancelled(
        { child.endSoon() }, during: { () throws(SystemError) in try child.wait() })
    } catch {
      throw SourceError(.toolFailed, "wait for", Array("mbstream".utf8), because: error.cause)
    }
    if cancellation.isCancelled { throw cancelled }
    guard status.isSuccess else {
      throw RestoreTools.failure(of: "mbstream", status, child.capturedErrors(), "restore to", folder.target)
    }
  }

  /// Refuses what would make a server of ours open files of another one.
  private func checked(_ scanner: StreamScanner, _ file: PathBytes) throws(SourceError) -> ServerSettings {
    do throws(StreamScanner.Malformed) {
      try scanner.finish()
    } catch {
      throw Self.refusal(error, of: file)
    }
    let links = scanner.files.keys.filter { displayed($0).hasSuffix(".isl") }.map { displayed($0) }.sorted()
    let settings = ServerSettings(scanner)
    guard links.isEmpty, !settings.leadsElsewhere else {
      throw SourceError(
        .failed, "restore to", folder.target,
        because: links.isEmpty
          ? "the server had its files in several folders"
          : "tables had folders of their own: \(conjunctionOfSome(links))",
        advice: "Restore '\(PhysicalBackup.fileName)' as a file, and put its files back with `mbstream -x`, "
          + "`mariadb-backup --prepare` and `mariadb-backup --copy-back`.")
    }
    return settings
  }

  private static func refusal(_ error: StreamScanner.Malformed, of file: PathBytes) -> SourceError {
    SourceError(
      .hostile, "read", file, because: "it is no whole backup: at byte \(error.offset), \(error.problem)")
  }
}
