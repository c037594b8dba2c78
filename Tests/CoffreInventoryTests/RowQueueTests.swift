import CoffreInventory
import Testing

@Suite("The order of rows")
struct RowQueueTests {
  private func turn(_ queue: inout RowQueue, at now: Duration) throws -> RowQueue.Turn {
    guard case .turn(let turn) = queue.next(at: now) else { throw NoTurn() }
    return turn
  }

  private struct NoTurn: Error {}

  private func queue(_ count: Int, retries: Int = 2) -> RowQueue {
    RowQueue(count: count, RowQueue.Settings(retries: retries, pause: .seconds(30)))
  }

  @Test func `rows come once each, in the order of the list`() throws {
    var queue = queue(3)
    let turns = try (0..<3).map { _ in try turn(&queue, at: .zero) }
    #expect(turns.map(\.row) == [0, 1, 2] && turns.allSatisfy { $0.attempt == 1 })
    #expect(queue.next(at: .zero) == .waitForOthers)
    for turn in turns { queue.finished(turn) }
    #expect(queue.next(at: .seconds(99)) == .end)
  }

  @Test func `a row whose share is away lets others go before it, and comes back after its pause`() throws {
    var queue = queue(2)
    queue.postponed(try turn(&queue, at: .zero), at: .seconds(1))
    let other = try turn(&queue, at: .seconds(2))
    #expect(other.row == 1)
    #expect(queue.next(at: .seconds(3)) == .wait(until: .seconds(31)))
    queue.finished(other)
    #expect(queue.next(at: .seconds(30)) == .wait(until: .seconds(31)))
    let again = try turn(&queue, at: .seconds(31))
    #expect(again.row == 0 && again.attempt == 2)
  }

  @Test func `a row is given up after its last try`() throws {
    var queue = queue(1, retries: 2)
    var tries: [Bool] = []
    for _ in 0..<2 {
      let turn = try turn(&queue, at: .seconds(1000 * tries.count))
      tries.append(turn.isLast)
      queue.postponed(turn, at: .seconds(1000 * tries.count - 500))
    }
    let last = try turn(&queue, at: .seconds(5000))
    #expect(tries == [false, false] && last.isLast)
    queue.finished(last)
    #expect(queue.next(at: .seconds(9000)) == .end)
    var impatient = self.queue(1, retries: 0)
    #expect(try turn(&impatient, at: .zero).isLast)
  }

  @Test func `whoever waits learns that a row came back`() throws {
    var queue = queue(2)
    let first = try turn(&queue, at: .zero)
    let second = try turn(&queue, at: .zero)
    let before = queue.returns
    queue.finished(first)
    #expect(queue.returns > before)
    let between = queue.returns
    queue.postponed(second, at: .zero)
    #expect(queue.returns > between)
  }
}
