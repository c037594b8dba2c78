import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Snapshot")
struct SnapshotTests {
  @Test func `writes every real snapshot as restic did`() throws {
    var count = 0
    for repository in Vectors.repositories {
      let snapshots = try #require(try Vectors.expected(repository)["snapshots"] as? [String: [String: Any]])
      for snapshot in snapshots.values {
        let json = try #require(snapshot["plain_json"] as? String)
        #expect(try text(Snapshot(decoding: Array(json.utf8)).encoded()) == json)
        count += 1
      }
    }
    #expect(count == 5)
  }

  @Test func `writes every field in its place and brings it back`() throws {
    var snapshot = Snapshot(
      time: Timestamp(seconds: 1_706_929_506, nanoseconds: 5, utcOffset: 3600), tree: digest(1), paths: ["/a", "/b<"])
    snapshot.parent = digest(2)
    snapshot.hostname = "h"
    snapshot.username = "u"
    snapshot.userID = 1000
    snapshot.groupID = 100
    snapshot.excludes = ["*.o"]
    snapshot.tags = ["one", "two"]
    snapshot.original = digest(3)
    snapshot.programVersion = "coffre 1.0"
    var summary = SnapshotSummary()
    summary.start = Timestamp(seconds: 0, nanoseconds: 0)
    summary.end = Timestamp(seconds: 1, nanoseconds: 0)
    summary.newFiles = 1
    summary.changedFiles = 2
    summary.unmodifiedFiles = 3
    summary.newDirectories = 4
    summary.changedDirectories = 5
    summary.unmodifiedDirectories = 6
    summary.dataBlobs = 7
    summary.treeBlobs = 8
    summary.dataAdded = 9
    summary.dataAddedPacked = 10
    summary.totalFiles = 11
    summary.totalBytes = .max
    snapshot.summary = summary
    let expected = #"""
      {"time":"2024-02-03T04:05:06.000000005+01:00","parent":"\#(digest(2))","tree":"\#(digest(1))",\#
      "paths":["/a","/b\u003c"],"hostname":"h","username":"u","uid":1000,"gid":100,"excludes":["*.o"],\#
      "tags":["one","two"],"original":"\#(digest(3))","program_version":"coffre 1.0",\#
      "summary":{"backup_start":"1970-01-01T00:00:00Z","backup_end":"1970-01-01T00:00:01Z","files_new":1,\#
      "files_changed":2,"files_unmodified":3,"dirs_new":4,"dirs_changed":5,"dirs_unmodified":6,"data_blobs":7,\#
      "tree_blobs":8,"data_added":9,"data_added_packed":10,"total_files_processed":11,\#
      "total_bytes_processed":18446744073709551615}}
      """#
    #expect(text(snapshot.encoded()) == expected)
    #expect(try Snapshot(decoding: Array(expected.utf8)) == snapshot)
  }

  @Test func `passes over what rustic adds`() throws {
    let json =
      #"{"time":"2024-02-03T04:05:06Z","label":"x","delete":{"After":"y"},"parents":[],"tree":"\#(digest(1))","#
      + #""paths":null,"summary":{"command":"c","files_new":3}}"#
    let snapshot = try Snapshot(decoding: Array(json.utf8))
    #expect(snapshot.paths.isEmpty)
    #expect(snapshot.summary?.newFiles == 3)
  }

  @Test(arguments: [
    (#"{"time":"2024-02-03T04:05:06Z","paths":[]}"#, "no tree"),
    (#"{"time":"2024-02-03 04:05:06Z"}"#, "time that cannot be read"), ("[]", "expected '{'"),
  ])
  func `refuses what cannot be read`(_ example: (json: String, problem: String)) {
    let error = #expect(throws: MalformedSnapshot.self) { _ = try Snapshot(decoding: Array(example.json.utf8)) }
    #expect(error?.problem.description == example.problem)
  }
}
