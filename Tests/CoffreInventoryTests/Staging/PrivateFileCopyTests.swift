import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreInventory

@Suite("Private copies of files")
struct PrivateFileCopyTests {
  private let folder: TestFolder
  private let area: StagingArea
  private let staging: RowStaging
  private let content = seededBytes(1, count: 3 << 20 | 77)

  init() throws {
    folder = try TestFolder()
    area = try StagingArea(root: folder.path("temporary"))
    staging = RowStaging(area: area, account: nil, cancellation: Cancellation())
    try folder.write("src/l'été \"1\".log", content, permissions: 0o640)
  }

  private var source: PathBytes { folder.path("src/l'été \"1\".log") }

  private func plan(_ type: InventoryType = .file) -> RowPlan {
    RowPlan(
      type: type, source: type == .file ? source : folder.path("src"), sourceMount: nil,
      destination: folder.path("dst"),
      destinationMount: nil, format: "7z", retention: RetentionPolicy())
  }

  private func append(_ bytes: [UInt8]) throws {
    try FileDescriptor.open(source, for: .writing, .append).write(bytes.span)
  }

  /// As somebody does who writes to it, whatever the clock says.
  private func touch(_ second: Int64) throws {
    let time = Timestamp(seconds: second, nanoseconds: 0)
    try FileDescriptor.open(source, for: .writing).setTimes(accessed: time, modified: time)
  }

  private var left: [PathBytes] {
    get throws {
      let root = try FileDescriptor.openDirectory(path: area.root)
      return try root.entryNames().flatMap {
        try FileDescriptor.openDirectory(path: joined(area.root, $0)).entryNames()
      }.filter { $0 != Array("lock".utf8) }
    }
  }

  @Test func `what does not change is read in place`() throws {
    for type in [InventoryType.file, .folder] {
      let staged = try staging.open(plan(type), row: 1)
      #expect(staged.place == plan(type).source && staged.way == .inPlace && staged.method.isEmpty)
      #expect(try staged.settled() == nil)
      #expect(try staged.prove() == [])
      staged.remove()
    }
    #expect(try FileDescriptor.attributes(ofPath: source).size == Int64(content.count))
    #expect(try left == [])
  }

  @Test func `a file that grew while it was read is copied with the size it has now`() throws {
    let staged = try staging.open(plan(), row: 1)
    try append([1, 2, 3])
    let copy = try #require(try staged.settled())
    #expect(copy.way == .privateCopy && copy.notes == [] && copy.sizeInBytes == Int64(content.count) + 3)
    #expect(splitPath(copy.place).name == splitPath(source).name)
    #expect(try readFile(copy.place, limit: 8 << 20) == content + [1, 2, 3])
    let attributes = try FileDescriptor.attributes(ofPath: copy.place)
    #expect(attributes.permissions == 0o640)
    #expect(attributes.modified.isSameInstant(as: try FileDescriptor.attributes(ofPath: source).modified))
    copy.remove()
    copy.remove()
    #expect(try left == [])
  }

  @Test func `a file that never stops growing is copied up to the size it had when copying began`() throws {
    let copy = try staging.privateCopy(of: plan(), row: 1) { _ in
      // For each piece that is copied, a larger one comes.
      try? append([UInt8](repeating: 9, count: 2 << 20))
    }
    #expect(try readFile(copy.place, limit: 64 << 20) == content)
    #expect(copy.notes == [])
    #expect("\(copy.method)".contains("when copying began"))
    #expect(try FileDescriptor.attributes(ofPath: source).size > Int64(content.count))
  }

  @Test func `a file that is rewritten while it is copied is copied again, and at last told of`() throws {
    let times = Monitor<Int64>(1000)
    let copy = try staging.privateCopy(of: plan(), row: 1) { _ in
      try? touch(
        times.withLock {
          $0 += 1
          return $0
        })
    }
    #expect(copy.notes.count == 1 && copy.notes.allSatisfy(\.isLoss))
    // Three attempts of four pieces each.
    #expect(times.withLock { $0 } == 1012)
    let once = Monitor(false)
    let steady = try staging.privateCopy(of: plan(), row: 2) { _ in
      if !once.withLock({ done in
        defer { done = true }
        return done
      }) {
        try? touch(5)
      }
    }
    #expect(steady.notes == [])
    #expect(try readFile(steady.place, limit: 8 << 20) == content)
  }

  @Test func `a file that becomes shorter is copied again`() throws {
    let once = Monitor(false)
    let copy = try staging.privateCopy(of: plan(), row: 1) { _ in
      let isFirst = once.withLock { done in
        defer { done = true }
        return !done
      }
      if isFirst { try? FileDescriptor.open(source, for: .writing).truncate(to: 100) }
    }
    #expect(copy.sizeInBytes == 100 && copy.notes == [])
    #expect(try readFile(copy.place, limit: 8 << 20) == Array(content.prefix(100)))
  }

  @Test func `holes stay holes`() throws {
    try FileDescriptor.open(source, for: .writing).truncate(to: 2 << 30)
    let copy = try staging.privateCopy(of: plan(), row: 1)
    #expect(copy.sizeInBytes == 2 << 30)
    let outcome = try Tool.named("du", package: "coreutils").run(["-k", displayed(copy.place)])
    let kibibytes = try #require(outcome.output.split(separator: "\t").first.flatMap { Int($0) })
    #expect(kibibytes < 16 << 10)
    let same = try Tool.named("cmp", package: "diffutils").run([displayed(copy.place), displayed(source)])
    #expect(same.isSuccess, "\(same)")
  }

  @Test func `a cancelled run leaves no copy`() throws {
    let cancellation = Cancellation()
    let staging = RowStaging(area: area, account: nil, cancellation: cancellation)
    let error = #expect(throws: SourceError.self) {
      try staging.privateCopy(of: plan(), row: 1) { _ in cancellation.cancel(.interrupted) }
    }
    #expect(error?.reason == .cancelled)
    #expect(try left == [])
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `no room for a copy`() throws {
    let mount = try MemoryMount(at: displayed(folder.path("small")), options: "size=2m")
    defer { withExtendedLifetime(mount) {} }
    let area = try StagingArea(root: folder.path("small"))
    defer { area.close() }
    let staging = RowStaging(area: area, account: nil, cancellation: Cancellation())
    let error = #expect(throws: SourceError.self) { try staging.privateCopy(of: plan(), row: 1) }
    #expect(error?.reason == .noSpace && error?.exitCode == .noSpace)
    #expect("\(error.map { "\($0.text)" } ?? "")".contains("needs"))
    #expect(error?.path == source)
  }

  @Test func `a file that has gone`() throws {
    let staged = try staging.open(plan(), row: 1)
    try removeFile(source)
    #expect(try staged.settled() == nil)
    let error = #expect(throws: SourceError.self) { try staging.open(plan(), row: 2) }
    #expect(error?.reason == .vanished)
    #expect(try left == [])
  }
}
