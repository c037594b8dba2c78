import CoffreTestKit
import Testing

/// Encrypted backups on a shelf: who has the key opens them with the tools of their formats, and nobody else does.
@Suite("Encrypted shelves and other tools", .timeLimit(.minutes(10)))
struct ShelfEncryptionTests {
  /// One way to encrypt.
  struct Way: Sendable, CustomTestStringConvertible {
    let name: String
    let format: String
    /// Options of the backup.
    let make: [String]
    /// Options that open it again.
    let open: [String]
    /// Its archive's name in the folder of a backup.
    let file: String
    /// Unpacks `$archive` into the folder `out`, with the key.
    let unpack: String
    /// The same without the key, or with another.
    let tries: [String]
    var testDescription: String { name }
  }

  private static let password = "a secret sentence of 42 letters"
  private static let secretText = "this text must not be readable"

  private static let ways = [
    Way(
      name: "age for recipients", format: "tar.zst", make: ["--encrypt", "age", "--recipients-file", "recipients"],
      open: ["--identity", "id"], file: "files.tar.zst.age",
      unpack: "age -d -i id $archive | zstd -dqc > out.tar; tar -xf out.tar -C out",
      tries: [
        "age -d -i other-id $archive > tried/out", "zstd -dqcf $archive > tried/out", "tar -xf $archive -C tried",
      ]),
    Way(
      name: "gpg", format: "tar.gz", make: ["--encrypt", "gpg", "--recipient", "tests@example.org"], open: [],
      file: "files.tar.gz.gpg", unpack: "gpg --batch -qd $archive > out.tar.gz; tar -xzf out.tar.gz -C out",
      tries: ["GNUPGHOME=$PWD/empty gpg --batch -qd $archive > tried/out", "gzip -dc $archive > tried/out"]),
    Way(
      name: "AES", format: "tar", make: ["--encrypt", "aes", "--key-file", "key.json"],
      open: ["--key-file", "key.json"],
      file: "files.tar.aes", unpack: "$PYTHON -c \"$TINK\" key.json $archive > out.tar; tar -xf out.tar -C out",
      tries: ["$PYTHON -c \"$TINK\" other-key.json $archive > tried/out", "tar -xf $archive -C tried"]),
    Way(
      name: "the password of 7z", format: "7z", make: ["--encrypt", "native", "-p", "pw"], open: ["-p", "pw"],
      file: "files.7z", unpack: "7zz x -bso0 -bsp0 -p\"$PW\" -oout $archive",
      tries: ["7zz x -y -bso0 -bsp0 -p -otried $archive", "7zz x -y -bso0 -bsp0 -pwrong -otried $archive"]),
    Way(
      name: "the password of zip", format: "zip", make: ["--encrypt", "native", "-p", "pw"], open: ["-p", "pw"],
      file: "files.zip", unpack: "7zz x -bso0 -bsp0 -p\"$PW\" -oout $archive",
      tries: ["7zz x -y -bso0 -bsp0 -pwrong -otried $archive", "unzip -o -P wrong $archive -d tried"]),
  ]

  /// Opens what is encrypted with a key of Tink's.
  private static let tink = """
    import sys, tink
    from tink import streaming_aead, secret_key_access, json_proto_keyset_format as keysets
    streaming_aead.register()
    key = keysets.parse(open(sys.argv[1]).read(), secret_key_access.TOKEN).primitive(streaming_aead.StreamingAead)
    with open(sys.argv[2], 'rb') as sealed, key.new_decrypting_stream(sealed, b'') as plain:
      sys.stdout.buffer.write(plain.read())
    """

  private let workshop: Workshop
  private var shelf: String { "\(workshop.path)/shelf" }
  private var tree: String { "\(workshop.path)/tree" }
  private var points: [String] { realNames(in: shelf).filter { !$0.hasPrefix(".") }.sorted() }

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try makeRealFolder("\(workshop.path)/tree")
    let folder = try RealFolder(tree)
    try folder.makeFile(Array("letter".utf8), Array((Self.secretText + "\n").utf8))
    try folder.makeFile(Array("noise".utf8), seededBytes(5, count: 2_500_001))
    try folder.makeFile(Array("empty".utf8))
    try writeRealFile("\(workshop.path)/pw", Self.password + "\n", mode: 0o600)
    try writeRealFile("\(workshop.path)/other-pw", "another\n", mode: 0o600)
    for (tool, package) in [("7zz", "7zip"), ("age", "age"), ("age-keygen", "age"), ("gpg", "gpg"), ("unzip", "unzip")]
    {
      _ = try Tool.named(tool, package: package)
    }
    let made = try shell(
      """
      age-keygen -o id 2> said; age-keygen -y id > recipients; age-keygen -o other-id 2> said; mkdir -m 700 gpg empty
      gpg --batch -q --passphrase '' --quick-gen-key tests@example.org default default never
      """)
    try #require(made.isSuccess, "\(made)")
  }

  private var gpgHome: String { "\(workshop.path)/gpg" }

  /// gpg leaves a program running for its ring.
  private func endGPG() { _ = try? shell("gpgconf --kill all; GNUPGHOME=$PWD/empty gpgconf --kill all") }

  private func coffre(_ arguments: [String]) throws -> ProgramOutcome {
    try workshop.archive(arguments) { settings in
      settings.directory = workshop.path
      settings.environment["GNUPGHOME"] = gpgHome
    }
  }

  private func shell(_ script: String, _ archive: String = "") throws -> ProgramOutcome {
    var settings = ProgramSettings()
    settings.directory = workshop.path
    settings.environment = [
      "LC_ALL": "C.UTF-8", "GNUPGHOME": gpgHome, "PW": Self.password, "archive": archive, "TINK": Self.tink,
      "PYTHON": try Tool.ofTestTools("python").path,
    ]
    return try Tool.named("bash", package: "bash").run(["-o", "pipefail", "-ec", script], settings)
  }

  private func backUp(_ way: Way, _ variant: String) throws -> ProgramOutcome {
    try coffre(["backup", tree, "--to", shelf, "--format", way.format, "--variant", variant] + way.make)
  }

  @Test(arguments: ways)
  func `a backup opens with the key alone`(_ way: Way) throws {
    defer { endGPG() }
    let backup = try backUp(way, "full")
    #expect(backup.isSuccess && backup.output.contains("saved (full)"), "\(backup)")
    let point = try #require(points.first)
    let archive = "\(shelf)/\(point)/\(way.file)"
    let sums = try shell("cd shelf/\(point) && sha256sum -c SHA256SUMS")
    #expect(sums.isSuccess && sums.output.contains("\(way.file): OK"), "\(sums)")

    // Without the key nobody reads it.
    if way.name == "AES" {
      _ = try coffre(["archive", "create", "x.tar", "id", "--encrypt", "aes", "--key-file", "other-key.json"])
    }
    for attempt in way.tries {
      _ = try shell("rm -rf tried; mkdir tried; (\(attempt)) < /dev/null > /dev/null 2>&1 || true", archive)
      #expect(try !shell("grep -rqa '\(Self.secretText)' tried").isSuccess, "\(attempt)")
    }
    #expect(try !shell("grep -qa '\(Self.secretText)' \(archive)").isSuccess)
    for options in [[], ["-p", "other-pw"]] where way.name != "gpg" {
      let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", "not-restored"] + options)
      #expect(restore.status == 12 && restore.errors.contains("'\(point)' is encrypted"), "\(restore)")
      #expect(!realEntryExists("\(workshop.path)/not-restored"))
      let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"] + options)
      #expect(verify.status == 12 && verify.output.contains("NOT OPENED: 1 of 1 backup"), "\(verify)")
    }

    // With it other tools do.
    let opened = try shell("mkdir out; \(way.unpack)", archive)
    #expect(opened.isSuccess, "\(opened)")
    #expect(try readRealFile("\(workshop.path)/out\(tree)/letter") == Array((Self.secretText + "\n").utf8))
    #expect(try readRealFile("\(workshop.path)/out\(tree)/noise") == seededBytes(5, count: 2_500_001))
  }

  /// What follows what, in one file each.
  @Test(arguments: ways)
  func `a backup in one file opens with the key alone`(_ way: Way) throws {
    defer { endGPG() }
    let words =
      ["backup", tree, "--to", shelf, "--format", way.format, "--name-template", "one-{timestamp}"] + way.make
    #expect(try coffre(words).isSuccess)
    let ending = String(way.file.dropFirst("files".count))
    let archive = try #require(points.first { $0.hasSuffix(ending) })
    let name = String(archive.dropLast(ending.count))
    #expect(points == ["\(name).manifest.json", "\(name).sha256", archive].sorted())
    let sums = try shell("cd shelf && sha256sum --strict -c \(name).sha256")
    #expect(sums.isSuccess && sums.output.contains("\(archive): OK"), "\(sums)")
    for attempt in way.tries {
      _ = try shell(
        "rm -rf tried; mkdir tried; (\(attempt)) < /dev/null > /dev/null 2>&1 || true", "\(shelf)/\(archive)")
      #expect(try !shell("grep -rqa '\(Self.secretText)' tried").isSuccess, "\(attempt)")
    }
    let opened = try shell("mkdir out; \(way.unpack)", "\(shelf)/\(archive)")
    #expect(opened.isSuccess, "\(opened)")
    #expect(try readRealFile("\(workshop.path)/out\(tree)/noise") == seededBytes(5, count: 2_500_001))

    try writeRealFile("\(tree)/new", "new")
    let second = try coffre(words + ["--variant", "incremental"])
    #expect(second.isSuccess && second.output.contains("saved (incremental)"), "\(second)")
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"] + way.open)
    #expect(verify.isSuccess && verify.output.contains("2 backups, all whole"), "\(verify)")
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", "restored"] + way.open)
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/restored\(tree)")
  }

  @Test(arguments: ways)
  func `an encrypted chain is looked after and comes back`(_ way: Way) throws {
    defer { endGPG() }
    #expect(try backUp(way, "full").isSuccess)
    try writeRealFile("\(tree)/new", "new")
    try removeRealTree("\(tree)/noise")
    let second = try backUp(way, "incremental")
    #expect(second.isSuccess && second.output.contains("saved (incremental)"), "\(second)")
    let manifest = try JSONValue(
      String(decoding: readRealFile("\(shelf)/\(try #require(points.last))/manifest.json"), as: UTF8.self))
    #expect(manifest["archive"]?["encryption"]?["kind"]?.text == way.make[1], "the manifest says how")
    // Looking and tidying up needs no key.
    let show = try coffre(["shelf", "show", shelf, "latest"])
    #expect(show.isSuccess && show.output.contains("encrypted: \(way.make[1])"), "\(show)")
    #expect(try coffre(["shelf", "verify", shelf]).isSuccess)
    let verify = try coffre(["shelf", "verify", shelf, "--level", "contents"] + way.open)
    #expect(verify.isSuccess && verify.output.contains("2 backups, all whole"), "\(verify)")
    let restore = try coffre(["shelf", "restore", shelf, "latest", "--to", "restored"] + way.open)
    #expect(restore.isSuccess, "\(restore)")
    try expectEqualTrees(tree, "\(workshop.path)/restored\(tree)")
    // Of another key there is nothing to follow.
    let plain = try coffre(["backup", tree, "--to", shelf, "--format", way.format, "--variant", "incremental"])
    #expect(plain.isSuccess && plain.output.contains("saved (full)"), "\(plain)")
    let prune = try coffre(["shelf", "prune", shelf, "--keep-last", "1"])
    #expect(prune.isSuccess && points.count == 1, "\(prune)")
    #expect(try coffre(["shelf", "verify", shelf, "--level", "contents"]).isSuccess)
  }

  @Test func `no secret is left on the shelf`() throws {
    defer { endGPG() }
    for way in Self.ways { #expect(try backUp(way, "full").isSuccess) }
    let found = try shell(
      """
      secrets=$(grep -o 'AGE-SECRET-KEY-1[A-Z0-9]*' id; sed -n 's/.*"value":"\\([^"]*\\)".*/\\1/p' key.json; cat pw)
      [ "$(printf '%s\\n' "$secrets" | wc -l)" = 3 ]
      printf '%s\\n' "$secrets" > secrets; ! grep -rqaF -f secrets shelf
      """)
    #expect(found.isSuccess, "\(found)")
  }

  @Test func `a dry run makes no key`() throws {
    defer { endGPG() }
    let told = try coffre(["backup", tree, "--to", shelf, "--encrypt", "aes", "--key-file", "new-key.json", "-n"])
    #expect(told.isSuccess && told.output.contains("nothing was written"), "\(told)")
    #expect(!realEntryExists("\(workshop.path)/new-key.json") && !realEntryExists(shelf))
  }

  // MARK: Refusals

  @Test(arguments: [
    (["--encrypt", "native", "--format", "tar"], "tar has no encryption of its own"),
    (["--encrypt", "gpg"], "--encrypt gpg wants a recipient"),
    (["--encrypt", "aes"], "--encrypt aes wants a key"),
    (["--encrypt", "age"], "no password for the archive"),
    (["--encrypt", "age", "--recipient", "age1nobody"], "'age1nobody' is no public key of age"),
    (["--recipient", "x"], "recipients are for --encrypt age and gpg"),
    (["--password-file", "pw"], "a password is given, and nothing is to be encrypted"),
  ])
  func `what cannot be encrypted so is refused before anything is written`(_ example: (words: [String], text: String))
    throws
  {
    defer { endGPG() }
    let refused = try coffre(["backup", tree, "--to", shelf] + example.words)
    #expect(refused.status == 2 && refused.errors.contains(example.text), "\(refused)")
    #expect(!realEntryExists(shelf))
  }

  @Test func `the password of a repository is not taken for that of an archive`() throws {
    defer { endGPG() }
    let refused = try workshop.archive(["backup", tree, "--to", shelf, "--encrypt", "age"]) {
      $0.environment["COFFRE_PASSWORD_FILE"] = "\(workshop.path)/pw"
    }
    #expect(refused.status == 2 && refused.errors.contains("no password for the archive"), "\(refused)")
    let made = try workshop.archive(["backup", tree, "--to", shelf, "--encrypt", "age"]) {
      $0.environment["COFFRE_ARCHIVE_PASSWORD_FILE"] = "\(workshop.path)/pw"
    }
    #expect(made.isSuccess, "\(made)")
    let alone = try coffre(["backup", tree, "-r", "\(workshop.path)/repository", "--encrypt", "age"])
    #expect(alone.status == 2 && alone.errors.contains("'--encrypt' does nothing without '--to'"), "\(alone)")
  }
}
