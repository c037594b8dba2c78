import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("The work of a backup's threads", .timeLimit(.minutes(10)))
struct WorkStackTests {
  private func push(_ count: Int, to stack: WorkStack) {
    stack.push((0..<count).map { _ in .chunks(SharedChunks()) })
  }

  @Test func `a thread is idle while it finds nothing, not while there is something to take`() {
    let stack = WorkStack(threadCount: 2)
    #expect(stack.hasIdleThreads)
    push(2, to: stack)
    #expect(!stack.hasIdleThreads, "two items wait")
    _ = stack.next()
    #expect(!stack.hasIdleThreads, "one waits")
    _ = stack.next()
    #expect(!stack.hasIdleThreads, "both threads are busy")
    stack.finishOne()
    #expect(stack.hasIdleThreads)
    push(1, to: stack)
    #expect(!stack.hasIdleThreads)
  }

  @Test func `the only thread of a backup has nobody to share with`() {
    let stack = WorkStack(threadCount: 1)
    push(1, to: stack)
    _ = stack.next()
    #expect(!stack.hasIdleThreads)
  }
}
