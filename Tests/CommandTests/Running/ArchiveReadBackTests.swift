import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@testable import coffre

/// An archive whose file changes between writing and reading back gets no name, whatever the format can tell.
@Suite("Reading archives back")
struct ArchiveReadBackTests {
  /// A disk that changes a bit, once all is written.
  private struct Spoiling: ArchiveFormat {
    let format: any ArchiveFormat
    let folder: PathBytes
    let isSpoiling: Bool
    var traits: ArchiveTraits { format.traits }

    func makeWriter(into sink: any ByteSink, _ settings: ArchiveSettings) throws -> any ArchiveWriter {
      Writer(try format.makeWriter(into: sink, settings), self)
    }

    final class Writer: ArchiveWriter {
      let writer: any ArchiveWriter
      let disk: Spoiling
      init(_ writer: any ArchiveWriter, _ disk: Spoiling) {
        self.writer = writer
        self.disk = disk
      }
      func begin(_ entry: ArchiveEntry) throws { try writer.begin(entry) }
      func write(_ bytes: Span<UInt8>) throws { try writer.write(bytes) }
      func finish() throws {
        try writer.finish()
        guard disk.isSpoiling else { return }
        let folder = try FileDescriptor.openDirectory(path: disk.folder)
        let name = try #require(try folder.entryNames().first { $0.starts(with: Array(".coffre-".utf8)) })
        let file = try folder.open(name, for: .readingAndWriting, .noFollow)
        var byte = makeBuffer(1)
        var span = byte.mutableSpan
        // Far before what may still wait in memory, and within the one file's content.
        try #require(try file.read(into: &span, at: 3_000_000) == 1)
        byte[0] ^= 1
        try file.write(byte.span, at: 3_000_000)
      }
    }
  }

  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.write("tree/data", seededBytes(4, count: 12 << 20))
  }

  private func create(_ format: String, _ isEncrypted: Bool, isSpoiling: Bool) throws -> JobResult {
    let wrapped = Spoiling(
      format: try #require(ArchiveFormats.named(format)), folder: folder.path, isSpoiling: isSpoiling)
    var work = ArchiveCreation(
      path: folder.path("made.\(format)\(isEncrypted ? ".age" : "")"), format: wrapped,
      settings: ArchiveSettings(),
      files: FilesSettings(targets: [folder.path("tree/data")], workingDirectory: folder.path))
    if isEncrypted { work.protection = .age(recipients: [try #require(AgeRecipient(Self.recipient))]) }
    let job = ArchiveJob("archive-create", subjects: [], phase: "archive") { [work] in try work.run($0) }
    return try job.perform(JobContext(events: EventLog(), cancellation: Cancellation()))
  }

  /// Of age's own tests.
  private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

  @Test(arguments: ["tar", "raw"], [false, true])
  func `a bit that changed is found`(_ format: String, _ isEncrypted: Bool) throws {
    #expect(throws: ArchiveVerificationFailed.self) { try create(format, isEncrypted, isSpoiling: true) }
    #expect(try FileDescriptor.openDirectory(path: folder.path).entryNames().map { displayed($0) } == ["tree"])
    let made = try create(format, isEncrypted, isSpoiling: false)
    #expect(made.flag("verified") == !isEncrypted)
    #expect(try FileDescriptor.openDirectory(path: folder.path).entryNames().count == 2)
  }
}
