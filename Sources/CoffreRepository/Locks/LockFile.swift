package import CoffreCore

/// A lock file that cannot be read.
package struct MalformedLock: MalformedDocument {
  package static let documentName: Message = "lock"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

/// Who uses a repository, and whether others may do so meanwhile.
package struct LockFile: Sendable, Hashable {
  /// Of the last refresh.
  package var time: Timestamp
  package var isExclusive: Bool
  package var hostname: String
  package var username: String
  package var processID: Int64
  package var userID: UInt32
  package var groupID: UInt32

  package init(
    time: Timestamp, isExclusive: Bool, hostname: String, username: String, processID: Int64, userID: UInt32 = 0,
    groupID: UInt32 = 0
  ) {
    self.time = time
    self.isExclusive = isExclusive
    self.hostname = hostname
    self.username = username
    self.processID = processID
    self.userID = userID
    self.groupID = groupID
  }

  private enum Field: String, CaseIterable, Sendable {
    case time, exclusive, hostname, username
    case processID = "pid"
    case userID = "uid"
    case groupID = "gid"
  }

  /// Reads the plaintext of a lock file; fields it does not know are passed over.
  package init(decoding bytes: [UInt8]) throws(MalformedLock) {
    self.init(time: .missing, isExclusive: false, hostname: "", username: "", processID: 0)
    var reader = JSONReader(bytes)
    do throws(MalformedJSON) {
      try read(&reader)
      try reader.finish()
    } catch {
      throw MalformedLock(error)
    }
  }

  private mutating func read(_ reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      if try reader.takesNull() { continue }
      switch field {
      case .time: time = try reader.time()
      case .exclusive: isExclusive = try reader.bool()
      case .hostname: hostname = try reader.swiftString()
      case .username: username = try reader.swiftString()
      case .processID: processID = try reader.signed()
      case .userID: userID = try reader.unsigned32()
      case .groupID: groupID = try reader.unsigned32()
      }
    }
  }

  /// The plaintext of its file.
  package func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field(Field.time) { $0.time(time) }
    json.field(Field.exclusive) { $0.bool(isExclusive) }
    json.field(Field.hostname) { $0.string(hostname) }
    json.field(Field.username) { $0.string(username) }
    json.field(Field.processID) { $0.number(processID) }
    if userID != 0 { json.field(Field.userID) { $0.number(UInt64(userID)) } }
    if groupID != 0 { json.field(Field.groupID) { $0.number(UInt64(groupID)) } }
    json.endObject()
    return json.output
  }
}
