import CoffreCore
import CoffreSystem
import Testing

@Suite("Lanes of work", .timeLimit(.minutes(10)))
struct WorkLaneTests {
  private static let broken = SystemError.notFound("broken".bytes)

  @Test
  func `what is given is done in order, by another thread, before draining ends`() throws {
    let lane = WorkLane(named: "lane")
    let done = Monitor<[Int]>([])
    let names = Monitor<Set<String>>([])
    for number in 0..<1000 {
      try lane.give {
        done.withLock { $0.append(number) }
        let name = displayed((try? readFile("/proc/thread-self/comm".bytes, limit: 100)) ?? [])
        names.withLock { _ = $0.insert(name) }
      }
    }
    try lane.drain()
    #expect(done.withLock { $0 } == Array(0..<1000))
    #expect(names.withLock { $0 } == ["lane\n"])
    #expect(lane.backlog == 0)
  }

  @Test
  func `the first error is told by every later call, and nothing is done after it`() throws {
    let lane = WorkLane(named: "lane")
    let ran = Monitor(0)
    let mayFail = Monitor(false)
    try lane.give { () throws(SystemError) in
      mayFail.wait(until: { $0 })
      throw Self.broken
    }
    try lane.give { ran.withLock { $0 += 1 } }
    #expect(lane.backlog == 2)
    mayFail.withLock { $0 = true }
    #expect(failure { () throws(SystemError) in try lane.drain() } == Self.broken)
    #expect(
      failure { () throws(SystemError) in
        try lane.give { ran.withLock { $0 += 1 } }
      } == Self.broken)
    #expect(failure { () throws(SystemError) in try lane.drain() } == Self.broken)
    #expect(ran.withLock { $0 } == 0)
  }

  @Test
  func `a lane that is let go ends what it does, and begins nothing more`() throws {
    let hasBegun = Monitor(false)
    let mayEnd = Monitor(false)
    let ended = Monitor<[Int]>([])
    do {
      let lane = WorkLane(named: "lane")
      try lane.give {
        hasBegun.withLock { $0 = true }
        mayEnd.wait(until: { $0 })
        ended.withLock { $0.append(1) }
      }
      try lane.give { ended.withLock { $0.append(2) } }
      hasBegun.wait(until: { $0 })
      mayEnd.withLock { $0 = true }
    }
    // Whether the second began before the lane was let go is chance; that the first one has ended is not.
    #expect(ended.withLock { $0.first } == 1)
  }

  @Test
  func `a lane that is given up has ended what it did, and begins nothing more`() throws {
    let lane = WorkLane(named: "lane")
    let hasBegun = Monitor(false)
    let areGiven = Monitor(false)
    let ended = Monitor<[Int]>([])
    try lane.give {
      hasBegun.withLock { $0 = true }
      areGiven.wait(until: { $0 })
      while lane.backlog != 1 { try? pause(for: .milliseconds(1), unless: Cancellation()) }
      try? pause(for: .milliseconds(20), unless: Cancellation())
      ended.withLock { $0.append(1) }
    }
    for number in 2...3 { try lane.give { ended.withLock { $0.append(number) } } }
    hasBegun.wait(until: { $0 })
    areGiven.withLock { $0 = true }
    lane.abandon()
    #expect(ended.withLock { $0 } == [1])
    #expect(lane.backlog == 0)
    lane.abandon()
  }

  @Test
  func `a lane that was given nothing has no thread and drains at once`() throws {
    let lane = WorkLane(named: "lane")
    try lane.drain()
    #expect(lane.backlog == 0)
  }
}
