import CoffreTestKit
import Testing

/// A script that was written for restic runs with Coffre once the names of the commands are changed, and says the same.
@Suite("A script written for restic")
struct ResticScriptTests {
  /// Every command stands as `$NAME`, which is either program's. What it prints must be equal for both, but for ids, times
  /// and sizes that depend on the hour or on each program's own way to compress.
  private static let script = #"""
    set -euo pipefail
    $INIT >/dev/null
    $BACKUP --json --host box --tag first --exclude '*.tmp' --time '2026-01-01 10:00:00' desk |
      jq -c 'select(.message_type == "summary") | {files_new, dirs_new, total_files_processed, total_bytes_processed}'
    echo more >> desk/notes.txt; rm desk/old.txt; mkdir desk/new; echo x > desk/new/file
    touch -d 2025-06-06T06:06:06Z desk/notes.txt desk/new/file desk/new desk
    for day in 02 03 04 05 06; do
      echo "$day" > desk/day.txt; touch -d "2025-07-$day" desk/day.txt desk
      $BACKUP --json --host box --tag daily --exclude '*.tmp' --time "2026-01-$day 10:00:00" desk |
        jq -c 'select(.message_type == "summary") | {files_new, files_changed, files_unmodified, data_blobs}'
    done
    $SNAPSHOTS --json | jq -c '.[] | {hostname, tags, time}'
    first=$($SNAPSHOTS --json | jq -r '.[0].id'); last=$($SNAPSHOTS --json | jq -r '.[-1].id')

    echo "== find"
    $FIND --json 'note*' day.txt |
      jq -c 'sort_by(.matches[0].mtime, .hits) | .[] | {hits, m: [.matches[] | {path, type, permissions, mode, size}]}'
    echo "== diff"
    $DIFF --json "$first" "$last" | jq -c 'del(.source_snapshot, .target_snapshot, .added.bytes, .removed.bytes)' | sort
    echo "== ls"
    $LS --json "$last" | jq -c 'select(.struct_type == "node") | {name, type, path, size, mode, permissions, mtime, uid}'
    echo "== dump"
    $DUMP "$last" /desk/notes.txt
    $DUMP "$first" /desk/old.txt
    $DUMP "$last" /desk > dump.tar; tar -tf dump.tar | sort
    echo "== stats"
    $STATS --json | jq -c '{total_size, total_file_count}'
    $STATS --json --mode files-by-contents | jq -c '{total_size, total_file_count}'

    echo "== forget"
    $FORGET --json --dry-run --keep-last 1 --keep-tag first | jq -c '.[] | {host, keep: [.keep[].time], remove: [.remove[].time]}'
    $FORGET --json --keep-last 2 --keep-tag first --prune --quiet | head -n 1 | jq -c '.[] | {keep: (.keep | length)}'
    $SNAPSHOTS --json | jq -c '.[] | {time, tags}'
    $PRUNE --max-unused 0 >/dev/null
    $CHECK --read-data >/dev/null && echo sound
    $TAG --add kept latest >/dev/null
    $SNAPSHOTS --json latest | jq -c '.[].tags'

    echo "== copy"
    $INIT2 >/dev/null
    $COPY >/dev/null
    $SNAPSHOTS2 --json | jq -c '.[] | {time, tags}'

    echo "== restore"
    $RESTORE latest --target out >/dev/null
    rm desk/skip.tmp; diff -r desk out/desk && echo equal
    """#

  /// How the programs call the same thing.
  private static let names: [(name: String, restic: String, coffre: String)] = [
    ("INIT", "init", "repo init"), ("BACKUP", "backup", "backup"), ("SNAPSHOTS", "snapshots", "snapshot list"),
    ("FIND", "find", "snapshot find"), ("DIFF", "diff", "snapshot diff"), ("LS", "ls", "snapshot ls"),
    ("DUMP", "dump", "snapshot dump"), ("STATS", "stats", "repo stats"), ("FORGET", "forget", "snapshot forget"),
    ("PRUNE", "prune", "repo prune"), ("CHECK", "check", "repo check"), ("TAG", "tag", "snapshot tag"),
    ("RESTORE", "restore", "restore"),
  ]

  @Test(arguments: Tool.restics)
  func `says and leaves the same`(_ restic: ResticProgram) throws {
    let theirs = try run(restic.program().path, \.restic)
    let ours = try run(Tool.coffre().path, \.coffre)
    #expect(theirs.isSuccess, "\(theirs)")
    #expect(ours.isSuccess, "\(ours)")
    #expect(ours.output.contains("== copy") && ours.output.contains("sound\n") && ours.output.hasSuffix("equal\n"))
    let (left, right) = (theirs.output.split(separator: "\n"), ours.output.split(separator: "\n"))
    for (number, line) in left.enumerated() {
      #expect(
        number < right.count && right[number] == line,
        "line \(number + 1): \(line) / \(right.dropFirst(number).first ?? "")")
    }
    #expect(left.count == right.count)
  }

  private func run(
    _ program: String, _ word: KeyPath<(name: String, restic: String, coffre: String), String>
  ) throws -> ProgramOutcome {
    let workshop = try Workshop(repositoryVersion: nil)
    let desk = "\(workshop.path)/desk"
    try makeRealFolder(desk)
    for (name, text) in [("notes.txt", "note\n"), ("old.txt", "old\n"), ("skip.tmp", "tmp\n")] {
      try writeRealFile("\(desk)/\(name)", text)
    }
    try writeRealFile("\(desk)/big.bin", seededBytes(7, count: 3_000_000))
    try makeRealSymlink("\(desk)/link", to: "notes.txt")
    let touch = try Tool.named("touch", package: "coreutils")
    for name in ["notes.txt", "old.txt", "big.bin", "link", "."] {
      try #require(try touch.run(["-h", "-d", "2025-05-05T05:05:05Z", "\(desk)/\(name)"]).isSuccess)
    }
    var environment = workshop.environment
    environment["RESTIC_REPOSITORY"] = workshop.repository
    environment["RESTIC_PASSWORD_FILE"] = workshop.passwordFile
    environment["COFFRE_JSON"] = "restic"
    environment["TZ"] = "UTC"
    let copyFrom = "--from-repo \(workshop.repository) --from-password-file \(workshop.passwordFile)"
    for entry in Self.names { environment[entry.name] = "\(program) \(entry[keyPath: word])" }
    let isRestic = Self.names[0][keyPath: word] == "init"
    let second = "-r \(workshop.path)/second"
    environment["INIT2"] = "\(program) \(isRestic ? "init" : "repo init") \(second)"
    environment["COPY"] = "\(program) \(isRestic ? "copy" : "repo copy") \(second) \(copyFrom)"
    environment["SNAPSHOTS2"] = "\(program) \(isRestic ? "snapshots" : "snapshot list") \(second)"
    var settings = ProgramSettings()
    settings.environment = environment
    settings.directory = workshop.path
    return try Tool.named("bash", package: "bash").run(["-c", Self.script], settings)
  }
}
