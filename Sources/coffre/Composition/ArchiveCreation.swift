import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

/// An archive of files that is to be made, with all that was said of it.
struct ArchiveCreation: Sendable {
  let path: PathBytes
  let format: any ArchiveFormat
  var settings: ArchiveSettings
  let files: FilesSettings
  var replaces = false
  var verifies = true
  var protection: ArchiveProtection?

  init(path: PathBytes, format: any ArchiveFormat, settings: ArchiveSettings, files: FilesSettings) {
    self.path = path
    self.format = format
    self.settings = settings
    self.files = files
  }
}

// MARK: Running

extension ArchiveCreation {
  /// Only their name tells of bytes as they are: under another one they would be taken for whatever they look like.
  func checkName(with encryption: ArchiveProtection.Kind?) throws {
    guard format.traits.name == "raw", encryption != .native else { return }
    let end = ".raw" + (encryption.map { "." + $0.rawValue } ?? "")
    let name = displayed(splitPath(path).name)
    guard !name.lowercased().hasSuffix(end) else { return }
    throw UsageError(
      "'\(name)' does not tell that it holds bytes as they are", advice: "Give it a name that ends in '\(end)'.")
  }

  func run(_ report: ArchiveJob.Report) throws -> JobResult {
    let start = ContinuousClock.now
    let cancellation = report.context.cancellation
    let folder = splitPath(path).folder
    for name in (try? removeLeftovers(in: FileDescriptor.openDirectory(path: folder))) ?? [] {
      log.info("removed what a killed run left behind", ["path": displayed(joined(folder, name))])
    }
    let seal = protection?.seal ?? .none
    let keys: ArchiveKeys? = protection.map(\.keys) ?? ArchiveKeys()
    var settings = settings
    settings.cancellation = cancellation
    settings.password = protection?.password
    if format.traits.isStaged { settings.expectedSize = try size(cancellation) }
    let session = try FilesSession(files)
    defer { session.close() }
    let archive = try NewArchive(at: path, as: format, settings, sealedBy: seal)
    let counters = try archiver(session, archive, report).run()
    let sum = try archive.finish()
    var isVerified = false
    if verifies {
      // What a format has no checksum for, such as the contents of a tar, the file's own tells.
      guard try archive.readsBack(as: sum, cancellation) else { throw ArchiveVerificationFailed.otherContent }
      if let keys {
        // Bytes as they are hold nothing else.
        let isPlain = format.traits.name == "raw" && seal.fileExtension == nil
        if !isPlain { try verify(archive.temporaryPath, keys, counters, report) }
        isVerified = true
      } else {
        report.context.note("only its recipients can open it: its bytes were read back, its contents were not")
      }
    }
    do throws(SystemError) {
      try archive.show(replacing: replaces)
    } catch {
      throw error.isExisting ? SystemError.alreadyExists(path) : error
    }
    return result(counters, sum, isVerified: isVerified, took: ContinuousClock.now - start)
  }

  private func size(_ cancellation: Cancellation) throws -> Int64 {
    let session = try FilesSession(files)
    defer { session.close() }
    return try contentSize(of: session, cancellation: cancellation)
  }

  private func archiver(_ session: FilesSession, _ archive: NewArchive, _ report: ArchiveJob.Report) -> SessionArchiver
  {
    var watch = SessionArchiver.Watch()
    watch.note = { report.note($0) }
    watch.progress = { report.progress(files: $0.files, bytes: $0.bytes) }
    if format.traits.isSingleStream {
      // The folders above the one file are not in it.
      watch.choose = { $0.entry.attributes.kind == .directory ? .pass : .take }
    }
    // An older archive of this name is what this one replaces, not what it holds.
    if let old = try? FileDescriptor.attributes(ofPath: path) {
      let choose = watch.choose
      watch.choose = { candidate in
        let found = candidate.entry.attributes
        return found.inode == old.inode && found.device == old.device ? .leave : try choose(candidate)
      }
    }
    return SessionArchiver(
      session, as: archive.traits, into: archive.writer, watch: watch, workFolder: splitPath(path).folder,
      cancellation: report.context.cancellation)
  }

  private func verify(
    _ file: PathBytes, _ keys: ArchiveKeys, _ counters: SessionArchiver.Counters, _ report: ArchiveJob.Report
  ) throws {
    let cancellation = report.context.cancellation
    var limits = ArchiveExtraction.Limits()
    limits.mostBytes = .max
    let found: ArchiveExtraction.Counters
    do {
      var keys = keys
      keys.workFolder = splitPath(path).folder
      let isStream = format.traits.isSingleStream
      let name = isStream ? splitPath(path).name : nil
      // As whoever has only the file opens it; what cannot be opened so is no stream for them either.
      let plain = isStream ? try? OpenArchive.read(file, named: name, limits: limits, keys: keys) : nil
      if isStream, plain?.format != format.traits.name {
        report.context.note("it holds an archive: `coffre archive extract` brings back what is in that")
      }
      let reader = try OpenArchive.read(
        file, named: name, isStream: isStream, limits: limits, keys: keys, cancellation: cancellation)
      found = try ArchiveExtraction(reader, limits: limits, cancellation: cancellation).test()
    } catch let error as ArchiveError {
      throw ArchiveVerificationFailed(explanation: explanation(of: error))
    }
    // What was missing of a file that became shorter is not counted, and is in the archive as zeros.
    // A 7z may tell of folders that no entry told of.
    guard found.bytes >= counters.bytes, found.entries >= counters.entries, found.losses == 0 else {
      throw ArchiveVerificationFailed.otherContent
    }
  }

  private func result(
    _ counters: SessionArchiver.Counters, _ sum: ArchiveSum, isVerified: Bool, took: Duration
  ) -> JobResult {
    let facts = [
      JobFact("archive", .text(displayed(path))), JobFact("format", .text(format.traits.name)),
      JobFact("encryption", .text(protection?.seal.fileExtension ?? (protection == nil ? "" : format.traits.name))),
      JobFact("entries", .count(counters.entries)), JobFact("files", .count(counters.files)),
      JobFact("bytes", .bytes(counters.bytes)), JobFact("size", .bytes(sum.size)),
      JobFact("sha256", .text(sum.digest.description)), JobFact("verified", .flag(isVerified)),
      JobFact("leftOut", .count(counters.leftOut)), JobFact("losses", .count(counters.losses)),
      JobFact("duration", .duration(took)),
    ]
    return JobResult(exitCode: counters.losses > 0 ? .partial : .done, facts: facts)
  }
}

/// What was written cannot be read back.
struct ArchiveVerificationFailed: Explained {
  let explanation: Explanation
  var exitCode: ExitCode { .verificationFailed }

  static var otherContent: ArchiveVerificationFailed {
    ArchiveVerificationFailed(
      explanation: Explanation(
        "the archive does not hold what was written into it",
        advice: "Run the command again; if it happens twice, the disk or the memory may be damaged."))
  }
}
