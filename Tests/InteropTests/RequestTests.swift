import CoffreTestKit
import Testing

/// How often a REST server is asked: each request is a round trip, and on some servers costs money.
@Suite("Requests to a REST server", .timeLimit(.minutes(10)))
struct RequestTests {
  private enum Step: String, CaseIterable {
    case create = "init", first, unchanged, forgetAndPrune, changed, forgetAndRepack, check, restore
  }

  private let server: HostileServer
  private let workshop: Workshop
  private let tree: String

  init() throws {
    server = try HostileServer()
    workshop = try Workshop(at: server.location)
    tree = "\(workshop.path)/tree"
    // One blob each, one pack of them all: the same requests each time.
    try makeSeededFiles(12, in: tree, size: 400_000)
  }

  private func coffre(_ step: Step) -> [String] {
    switch step {
    case .create: ["repo", "init"]
    case .first, .unchanged, .changed: ["backup", tree]
    case .forgetAndPrune: ["snapshot", "forget", "--keep-last", "1", "--prune"]
    case .forgetAndRepack: ["snapshot", "forget", "--keep-last", "1", "--prune", "--max-unused", "0"]
    case .check: ["repo", "check", "--read-data"]
    case .restore: ["restore", "latest", "--to", "\(workshop.path)/by-coffre"]
    }
  }

  private func restic(_ step: Step) -> [String] {
    switch step {
    case .create: ["init"]
    case .first, .unchanged, .changed: ["backup", tree]
    case .forgetAndPrune: ["forget", "--keep-last", "1", "--prune"]
    case .forgetAndRepack: ["forget", "--keep-last", "1", "--prune", "--max-unused", "0"]
    case .check: ["check", "--read-data"]
    case .restore: ["restore", "latest", "--target", "\(workshop.path)/by-restic"]
    }
  }

  /// "POST data", "LIST locks", in the order in which they came.
  private func requests(_ step: Step, _ run: ([String]) throws -> ProgramOutcome, _ arguments: [String]) throws
    -> [String]
  {
    if step == .changed {
      for number in [1, 2, 4, 5, 7] { try removeRealTree("\(tree)/\(number)") }
    }
    server.forgetRequests()
    let outcome = try run(arguments)
    try #require(outcome.isSuccess, "\(step): \(outcome)")
    return server.requests.map { request in
      let path = request.path.dropFirst("/repository/".count)
      let kind = path.prefix { $0 != "/" }
      return "\(path.hasSuffix("/") ? "LIST" : request.method) \(kind.isEmpty ? "repository" : kind)"
    }
  }

  @Test func `each step asks for what it needs, and no more`() throws {
    let opening = ["GET config", "LIST keys", "GET keys"]
    let locking = ["LIST locks", "POST locks", "LIST locks"]
    let start = opening + locking
    let stop = ["DELETE locks"]
    let indexing = ["POST index"] + Array(repeating: "DELETE index", count: 2)
    let expected: [Step: [String]] = [
      .create: [
        "POST repository", "LIST keys", "LIST snapshots", "POST keys", "LIST keys", "GET config", "POST config",
      ],
      // The packs are not listed: no index names any.
      .first: start + ["LIST snapshots", "LIST index", "POST data", "POST data", "POST index", "POST snapshots"] + stop,
      .unchanged: start + ["LIST snapshots", "LIST index", "LIST data", "POST data", "POST index", "POST snapshots"]
        + stop,
      .changed: start + ["LIST snapshots", "LIST index", "LIST data", "POST data", "POST index", "POST snapshots"]
        + stop,
      .forgetAndPrune: start + ["LIST snapshots", "DELETE snapshots", "LIST data", "LIST index"]
        + ["POST data", "LIST data"] + indexing + ["DELETE data"] + stop,
      .forgetAndRepack: start + ["LIST snapshots", "DELETE snapshots", "LIST data", "LIST index"]
        + ["GET data", "POST data", "LIST data"] + indexing
        + Array(repeating: "DELETE data", count: 3) + stop,
      .check: start + [
        "LIST snapshots", "GET snapshots", "LIST data", "LIST index", "GET index", "GET data", "GET data",
      ]
        + stop,
      .restore: start + ["LIST snapshots", "LIST index", "GET data"] + stop,
    ]
    for step in Step.allCases {
      let seen = try requests(step, { try workshop.coffre($0) }, coffre(step))
      #expect(seen == expected[step], "\(step)")
    }
    #expect(server.objects.keys.count { $0.hasPrefix("locks/") } == 0)
  }

  @Test(arguments: Tool.restics)
  func `each step asks at most as often as restic's`(_ program: ResticProgram) throws {
    let byCoffre = try Step.allCases.map { try requests($0, { try workshop.coffre($0) }, coffre($0)) }
    let other = try RequestTests()
    let byRestic = try Step.allCases.map { step in
      // With its cache, as people run it.
      let access = ["-r", other.server.location, "-p", other.workshop.passwordFile]
      return try other.requests(
        step, { try program.program().run(access + $0, other.workshop.settings()) }, other.restic(step))
    }
    // restic 0.14 looks at neither keys nor snapshots before it makes a repository.
    let version = try program.program().run(["version"], other.workshop.settings()).output
    let slack = version.hasPrefix("restic 0.14.") ? [.create: 2] : [Step: Int]()
    for (step, (ours, theirs)) in zip(Step.allCases, zip(byCoffre, byRestic)) {
      #expect(ours.count <= theirs.count + slack[step, default: 0], "\(step): \(ours) beside \(theirs)")
    }
  }
}
