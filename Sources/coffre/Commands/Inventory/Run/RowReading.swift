import CoffreCore
import CoffreInventory
import CoffreSources
import Synchronization

/// What is read for a row: the thing itself, or a copy that was made of it.
struct RowReading: Sendable {
  /// Absolute.
  let place: PathBytes
  /// Whether it is one that was made for this.
  let isCopy: Bool
  /// Stable word for programs: how it is read.
  let way: String
  /// The same for people; empty where it is read in place.
  let method: Message
  /// What to know of it.
  let notes: [SourceNote]
  /// Asked when all was read: another reading, if what was read changed meanwhile.
  let settled: @Sendable () throws(SourceError) -> RowReading?
  /// Asked when nothing of it is to be read any more; throws if it is of no use.
  let prove: @Sendable () throws(SourceError) -> [SourceNote]
  /// Called once, at every end.
  let remove: @Sendable () -> Void
}

/// Makes ready what a plan names. Blocking.
typealias RowStage = @Sendable (_ plan: RowPlan, _ row: Int, Cancellation) throws -> RowReading

enum RowStages {
  /// In place where that is sound, else through a copy.
  ///
  /// - Parameter account: with which servers of this machine may be asked, beside the user of this process.
  static func staged(in area: StagingArea, account: DatabaseSettings?) -> RowStage {
    { plan, row, cancellation in
      RowReading(
        try RowStaging(area: area, account: account, cancellation: cancellation).open(plan, row: row))
    }
  }
}

extension RowReading {
  init(_ staged: StagedSource) {
    place = staged.place
    isCopy = staged.way != .inPlace
    way = staged.way.rawValue
    method = staged.method
    notes = staged.notes
    settled = { () throws(SourceError) in try staged.settled().map { RowReading($0) } }
    prove = { () throws(SourceError) in try staged.prove() }
    remove = { staged.remove() }
  }
}

/// Keeps the copy of a file that changed while it was read.
final class RowSettling: Sendable {
  private let copy = Mutex<RowReading?>(nil)

  func take() -> RowReading? { copy.withLock { $0.take() } }

  /// - Throws: if there is one: what was read is of no use.
  func check(_ reading: RowReading) throws(SourceError) {
    guard let found = try reading.settled() else { return }
    copy.withLock { $0 = found }
    throw SourceError(.notWhole, "read", found.place, because: "it changed while it was read")
  }
}

/// The proof of a copy, done once: it may change what it proves.
final class RowProof: Sendable {
  private let reading: RowReading
  private let outcome = Mutex<Result<[SourceNote], SourceError>?>(nil)

  init(_ reading: RowReading) { self.reading = reading }

  /// - Returns: what it says, the first time.
  func run() throws(SourceError) -> [SourceNote] {
    let (result, isFirst) = outcome.withLock { outcome in
      if let outcome { return (outcome, false) }
      let result: Result<[SourceNote], SourceError>
      do throws(SourceError) { result = .success(try reading.prove()) } catch { result = .failure(error) }
      outcome = result
      return (result, true)
    }
    let notes = try result.get()
    return isFirst ? notes : []
  }
}
