/// What a running job tells: progress bar, JSON lines and the journal file all read these values.
package enum JobEvent: Sendable {
  case started(JobDescription)
  case progress(JobProgress)
  /// The job goes on.
  case warning(JobWarning)
  /// One entry was dealt with; shown with `--verbose`.
  case item(JobItem)
  /// A fact worth a line: which parent was chosen, which lock was taken away.
  case note(Message)
  /// One of the things that the job does beside each other came to its end: a row of an inventory.
  case part(JobPart)
  case finished(JobResult)
  case failed(Explanation, ExitCode)
}

package struct JobDescription: Sendable {
  /// `backup`, `restore`, `check`…
  package let kind: String
  package let repository: String
  package let subjects: [String]

  package init(kind: String, repository: String, subjects: [String]) {
    self.kind = kind
    self.repository = repository
    self.subjects = subjects
  }
}

/// Counters that only grow; totals are `nil` while unknown.
package struct JobProgress: Sendable, Hashable {
  /// What is being done, such as `check: trees`.
  package var phase: Message
  package var elapsed: Duration
  package var filesDone: Int
  package var filesTotal: Int?
  package var bytesDone: Int64
  package var bytesTotal: Int64?
  package var warnings: Int
  package var currentItems: [String]
  /// From 0 to below 1; `nil` while unknown. Set by the runner, as `remaining`.
  package var share: Double?
  /// At least a second; `nil` while unknown.
  package var remaining: Duration?

  package init(
    phase: Message, elapsed: Duration, filesDone: Int = 0, filesTotal: Int? = nil, bytesDone: Int64 = 0,
    bytesTotal: Int64? = nil, warnings: Int = 0, currentItems: [String] = []
  ) {
    self.phase = phase
    self.elapsed = elapsed
    self.filesDone = filesDone
    self.filesTotal = filesTotal
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
    self.warnings = warnings
    self.currentItems = currentItems
  }
}

package struct JobWarning: Sendable, Hashable {
  /// Stable word for programs: `unreadable`, `changed-while-read`, `socket-skipped`…
  package let code: String
  package let subject: String
  package let message: Message
  /// Whether the result lacks something because of it (exit code 3).
  package let isLoss: Bool

  package init(code: String, subject: String, message: Message, isLoss: Bool) {
    self.code = code
    self.subject = subject
    self.message = message
    self.isLoss = isLoss
  }
}

package struct JobItem: Sendable, Hashable {
  /// `new`, `changed`, `unchanged`, `restored`…
  package let action: String
  package let path: String
  package let size: Int64

  package init(action: String, path: String, size: Int64) {
    self.action = action
    self.path = path
    self.size = size
  }
}

/// How one of several things ended that a job does, each for itself.
package struct JobPart: Sendable, Hashable {
  /// Stable word for programs: `row`.
  package let kind: String
  package let exitCode: ExitCode
  /// The same in one line, for people.
  package let message: Message
  /// In the order they are shown; names are stable JSON keys.
  package let facts: [JobFact]

  package init(kind: String, exitCode: ExitCode, message: Message, facts: [JobFact]) {
    self.kind = kind
    self.exitCode = exitCode
    self.message = message
    self.facts = facts
  }
}

/// The last word of a job that ended well or partly.
package struct JobResult: Sendable {
  package let exitCode: ExitCode
  /// In the order they are shown; names are stable JSON keys.
  package let facts: [JobFact]

  package init(exitCode: ExitCode, facts: [JobFact]) {
    self.exitCode = exitCode
    self.facts = facts
  }
}

package struct JobFact: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case text(String)
    case count(Int)
    case bytes(Int64)
    case duration(Duration)
    case flag(Bool)
    case list([String])
  }

  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// Takes events from any thread; must be quick.
package protocol EventSink: Sendable {
  func take(_ event: JobEvent)
}
