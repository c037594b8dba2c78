import CoffreCore
import CoffreRepository
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreEngine

@Suite("Sources opened early", .timeLimit(.minutes(2)))
struct EarlySourceTests {
  private let session = MemorySession([])

  private func start(
    freshFor freshness: Duration = .seconds(600), cancellation: Cancellation = Cancellation(),
    _ open: @escaping @Sendable (Cancellation) throws -> any SourceSession
  ) throws -> EarlySource {
    let source = EarlySource(freshFor: freshness, cancellation, open)
    return try #require(source)
  }

  @Test func `whoever takes it waits until it is open, and closes it`() throws {
    let mayOpen = Monitor(false)
    let cancellation = Cancellation()
    let source = try start(cancellation: cancellation) { [session] _ in
      mayOpen.wait(until: { $0 })
      return session
    }
    mayOpen.withLock { $0 = true }
    let taken = try source.take()
    #expect(taken as? MemorySession === session)
    source.abandon()
    #expect(session.counts.closings == 0 && !cancellation.isCancelled, "it is the taker's")
  }

  @Test func `one that cannot be opened says why when it is wanted`() throws {
    let source = try start { _ in throw SourceError(.unreachable, "open", [], because: "injected fault") }
    #expect(throws: SourceError.self) { _ = try source.take() }
    source.abandon()
  }

  @Test func `one that nobody wants is closed once, whenever it opens`() throws {
    let mayOpen = Monitor(false)
    let opened = try start { [session] _ in session }
    let late = MemorySession([])
    let slow = try start { _ in
      mayOpen.wait(until: { $0 })
      return late
    }
    slow.abandon()
    opened.abandon()
    mayOpen.withLock { $0 = true }
    for session in [session, late] {
      while session.counts.closings == 0 { try pause(for: .milliseconds(5), unless: Cancellation()) }
      #expect(session.counts.closings == 1)
    }
  }

  @Test func `one that nobody wants any more is told to give up while it opens`() throws {
    let isOver = Monitor(false)
    let source = try start { cancellation in
      defer { isOver.withLock { $0 = true } }
      try pause(for: .seconds(600), unless: cancellation)
      return MemorySession([])
    }
    source.abandon()
    isOver.wait(until: { $0 })
  }

  @Test func `one that nobody took in time is closed by itself, and given to nobody`() throws {
    let source = try start(freshFor: .milliseconds(50)) { [session] _ in session }
    while session.counts.closings == 0 { try pause(for: .milliseconds(5), unless: Cancellation()) }
    #expect(try source.take() == nil)
    source.abandon()
    #expect(session.counts.closings == 1)
  }

  @Test func `one that is waited for while it opens is given, however long that takes`() throws {
    let source = try start(freshFor: .zero) { [session] _ in
      try pause(for: .seconds(2), unless: Cancellation())
      return session
    }
    #expect(try source.take() as? MemorySession === session)
    #expect(session.counts.closings == 0)
  }

  @Test func `one that opens when its time has passed, and that nobody waits for, is closed`() throws {
    let source = try start(freshFor: .zero) { [session] _ in session }
    while session.counts.closings == 0 { try pause(for: .milliseconds(5), unless: Cancellation()) }
    #expect(try source.take() == nil)
    #expect(session.counts.closings == 1)
  }

  @Test func `a backup whose repository cannot be opened leaves its source closed and unread`() throws {
    let access = RepositoryAccess(
      location: "memory", machine: .ofTests, lockRecord: LockRecord(folder: nil), patience: .zero
    ) { meanwhile in
      meanwhile(MemoryStore())
      throw RepositoryError.notFound(location: "memory")
    }
    let wasTold = Mutex(false)
    let job = BackupJob(
      access, subjects: [], options: BackupJob.Options(), openEarly: { [session] _, _ in session },
      whenOpened: { _ in wasTold.withLock { $0 = true } },
      openSession: { [session] _, _ in session })
    #expect(throws: RepositoryError.self) {
      _ = try job.perform(JobContext(events: EventLog(), cancellation: Cancellation()))
    }
    while session.counts.closings == 0 { try pause(for: .milliseconds(5), unless: Cancellation()) }
    #expect(session.counts.closings == 1 && session.counts.readings.isEmpty && !session.counts.isFinished)
    #expect(!wasTold.withLock { $0 })
  }
  @Test func `a job that is ended ends its source, which is still opening`() throws {
    let cancellation = Cancellation()
    let seen = Monitor<Cancellation.Reason?>(nil)
    let access = RepositoryAccess(
      location: "memory", machine: .ofTests, lockRecord: LockRecord(folder: nil), patience: .zero
    ) { meanwhile in
      meanwhile(MemoryStore())
      cancellation.cancel(.terminated)
      seen.wait(until: { $0 != nil })
      throw RepositoryError.notFound(location: "memory")
    }
    let job = BackupJob(
      access, subjects: [], options: BackupJob.Options(),
      openEarly: { _, own in
        defer { seen.withLock { $0 = own.reason } }
        try pause(for: .seconds(600), unless: own)
        return MemorySession([])
      },
      openSession: { [session] _, _ in session })
    #expect(throws: RepositoryError.self) {
      _ = try job.perform(JobContext(events: EventLog(), cancellation: cancellation))
    }
    #expect(seen.withLock { $0 } == .terminated)
  }
}
