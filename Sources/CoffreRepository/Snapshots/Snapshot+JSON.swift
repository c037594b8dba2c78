package import CoffreCore

/// A snapshot file that cannot be read.
package struct MalformedSnapshot: MalformedDocument {
  package static let documentName: Message = "snapshot"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

private enum Field: String, CaseIterable, Sendable {
  case time, parent, tree, paths, hostname, username
  case userID = "uid"
  case groupID = "gid"
  case excludes, tags, original
  case programVersion = "program_version"
  case summary
}

private enum SummaryField: String, CaseIterable, Sendable {
  case start = "backup_start"
  case end = "backup_end"
  case newFiles = "files_new"
  case changedFiles = "files_changed"
  case unmodifiedFiles = "files_unmodified"
  case newDirectories = "dirs_new"
  case changedDirectories = "dirs_changed"
  case unmodifiedDirectories = "dirs_unmodified"
  case dataBlobs = "data_blobs"
  case treeBlobs = "tree_blobs"
  case dataAdded = "data_added"
  case dataAddedPacked = "data_added_packed"
  case totalFiles = "total_files_processed"
  case totalBytes = "total_bytes_processed"
}

// MARK: Reading

extension Snapshot {
  /// Reads the plaintext of a snapshot file; fields it does not know are passed over.
  package init(decoding bytes: [UInt8]) throws(MalformedSnapshot) {
    var reader = JSONReader(bytes)
    do throws(MalformedJSON) {
      try self.init(&reader)
      try reader.finish()
    } catch {
      throw MalformedSnapshot(error)
    }
  }

  private init(_ reader: inout JSONReader) throws(MalformedJSON) {
    var fields = JSONFields<Field>()
    var tree: TreeID?
    var snapshot = Snapshot(time: .missing, tree: TreeID(words: 0, 0, 0, 0), paths: [])
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      if try reader.takesNull() { continue }
      switch field {
      case .time: snapshot.time = try reader.time()
      case .parent: snapshot.parent = try reader.digest()
      case .tree: tree = try reader.digest()
      case .paths: snapshot.paths = try reader.strings()
      case .hostname: snapshot.hostname = try reader.swiftString()
      case .username: snapshot.username = try reader.swiftString()
      case .userID: snapshot.userID = try reader.unsigned32()
      case .groupID: snapshot.groupID = try reader.unsigned32()
      case .excludes: snapshot.excludes = try reader.strings()
      case .tags: snapshot.tags = try reader.strings()
      case .original: snapshot.original = try reader.digest()
      case .programVersion: snapshot.programVersion = try reader.swiftString()
      case .summary: snapshot.summary = try SnapshotSummary(&reader)
      }
    }
    guard let tree else { throw reader.failure("no tree") }
    snapshot.tree = tree
    self = snapshot
  }
}

extension SnapshotSummary {
  fileprivate init(_ reader: inout JSONReader) throws(MalformedJSON) {
    self.init()
    var fields = JSONFields<SummaryField>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      if try reader.takesNull() { continue }
      switch field {
      case .start: start = try reader.time()
      case .end: end = try reader.time()
      case .newFiles: newFiles = try reader.unsigned()
      case .changedFiles: changedFiles = try reader.unsigned()
      case .unmodifiedFiles: unmodifiedFiles = try reader.unsigned()
      case .newDirectories: newDirectories = try reader.unsigned()
      case .changedDirectories: changedDirectories = try reader.unsigned()
      case .unmodifiedDirectories: unmodifiedDirectories = try reader.unsigned()
      case .dataBlobs: dataBlobs = try reader.unsigned()
      case .treeBlobs: treeBlobs = try reader.unsigned()
      case .dataAdded: dataAdded = try reader.unsigned()
      case .dataAddedPacked: dataAddedPacked = try reader.unsigned()
      case .totalFiles: totalFiles = try reader.unsigned()
      case .totalBytes: totalBytes = try reader.unsigned()
      }
    }
  }
}

// MARK: Writing

extension Snapshot {
  /// The plaintext of its file.
  package func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field(Field.time) { $0.time(time) }
    if let parent { json.field(Field.parent) { $0.digest(parent) } }
    json.field(Field.tree) { $0.digest(tree) }
    json.field(Field.paths) { $0.strings(paths) }
    if !hostname.isEmpty { json.field(Field.hostname) { $0.string(hostname) } }
    if !username.isEmpty { json.field(Field.username) { $0.string(username) } }
    if userID != 0 { json.field(Field.userID) { $0.number(UInt64(userID)) } }
    if groupID != 0 { json.field(Field.groupID) { $0.number(UInt64(groupID)) } }
    if !excludes.isEmpty { json.field(Field.excludes) { $0.strings(excludes) } }
    if !tags.isEmpty { json.field(Field.tags) { $0.strings(tags) } }
    if let original { json.field(Field.original) { $0.digest(original) } }
    if !programVersion.isEmpty { json.field(Field.programVersion) { $0.string(programVersion) } }
    if let summary { json.field(Field.summary) { summary.write(to: &$0) } }
    json.endObject()
    return json.output
  }
}

extension SnapshotSummary {
  fileprivate func write(to json: inout JSONWriter) {
    json.beginObject()
    json.field(SummaryField.start) { $0.time(start) }
    json.field(SummaryField.end) { $0.time(end) }
    let counts: [(SummaryField, UInt64)] = [
      (.newFiles, newFiles), (.changedFiles, changedFiles), (.unmodifiedFiles, unmodifiedFiles),
      (.newDirectories, newDirectories), (.changedDirectories, changedDirectories),
      (.unmodifiedDirectories, unmodifiedDirectories), (.dataBlobs, dataBlobs), (.treeBlobs, treeBlobs),
      (.dataAdded, dataAdded), (.dataAddedPacked, dataAddedPacked), (.totalFiles, totalFiles),
      (.totalBytes, totalBytes),
    ]
    for (field, count) in counts { json.field(field) { $0.number(count) } }
    json.endObject()
  }
}
