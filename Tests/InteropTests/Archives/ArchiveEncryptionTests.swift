import CoffreTestKit
import Testing

/// Encrypted archives: who has the key opens them with other tools, and nobody else does with any.
@Suite("Encrypted archives and other tools")
struct ArchiveEncryptionTests {
  private let workshop: Workshop
  private static let password = "a secret sentence of 42 letters"
  private static let secretText = "this text must not be readable"

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try makeRealFolder("\(workshop.path)/tree")
    let tree = try RealFolder("\(workshop.path)/tree")
    try tree.makeFile(Array("a secret name".utf8), Array((Self.secretText + "\n").utf8))
    try tree.makeFile(Array("noise".utf8), seededBytes(5, count: 2_500_001))
    try tree.makeFile(Array("empty".utf8))
    try writeRealFile("\(workshop.path)/pw", Self.password + "\n", mode: 0o600)
    try writeRealFile("\(workshop.path)/other-pw", "another\n", mode: 0o600)
  }

  private func coffre(_ arguments: String...) throws -> ProgramOutcome {
    try workshop.archive(["archive"] + arguments + ["-q"]) { settings in
      settings.directory = workshop.path
      settings.environment["GNUPGHOME"] = "\(workshop.path)/gpg"
    }
  }

  @discardableResult
  private func shell(_ script: String) throws -> ProgramOutcome {
    for (tool, package) in [("7zz", "7zip"), ("age", "age"), ("age-keygen", "age"), ("gpg", "gpg"), ("unzip", "unzip")]
    {
      _ = try Tool.named(tool, package: package)
    }
    var settings = ProgramSettings()
    settings.directory = workshop.path
    settings.environment = ["LC_ALL": "C.UTF-8", "GNUPGHOME": "\(workshop.path)/gpg", "PW": Self.password]
    return try Tool.named("bash", package: "bash").run(["-o", "pipefail", "-ec", script], settings)
  }

  /// Neither the content nor what zip and 7z would give of it without the password.
  private func expectUnreadable(_ name: String, namesToo: Bool = true) throws {
    let bytes = try readRealFile("\(workshop.path)/\(name)")
    #expect(!contains(bytes, Self.secretText))
    if namesToo { #expect(!contains(bytes, "a secret name")) }
    // Whatever tool tries it without the key must fail, or bring nothing of it.
    let tries = [
      "7zz x -y -bso0 -bsp0 -p -otried \(name)", "7zz x -y -bso0 -bsp0 -pwrong -otried \(name)",
      "unzip -o -P wrong \(name) -d tried", "tar -xf \(name) -C tried", "zstd -dqf \(name) -o tried/out",
      "gzip -dc \(name) > tried/out",
    ]
    for script in tries {
      _ = try shell("rm -rf tried; mkdir tried; (\(script)) < /dev/null > /dev/null 2>&1 || true")
      let found = try shell("grep -rqa '\(Self.secretText)' tried")
      #expect(!found.isSuccess, "\(script)")
    }
    let without = try coffre("extract", name, "--to", "tried-too")
    #expect(without.status == 12, "\(without)")
    let wrong = try coffre("extract", name, "--to", "tried-too", "-p", "other-pw")
    #expect(wrong.status == 12, "\(wrong)")
    #expect(!realEntryExists("\(workshop.path)/tried-too/tree/a secret name"))
  }

  private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let text = Array(text.utf8)
    guard let first = text.first else { return false }
    return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: text) }
  }

  private func expectSame(_ folder: String) throws {
    var tolerance = TreeComparison.Tolerance()
    tolerance.owners = true
    let differences = try TreeComparison.differences(
      between: "\(workshop.path)/tree", and: "\(workshop.path)/\(folder)/tree", tolerating: tolerance)
    // zip and 7z round times; contents are what this is about.
    #expect(differences.allSatisfy { $0.contains("time ") }, "\(differences)")
  }

  @Test(arguments: ["zip", "7z"])
  func `the format's own password`(_ format: String) throws {
    let name = "made.\(format)"
    let made = try coffre("create", name, "tree", "--encrypt", "native", "-p", "pw")
    #expect(made.isSuccess, "\(made)")
    try expectUnreadable(name, namesToo: format == "7z")
    let opened = try shell("7zz x -bso0 -bsp0 -p\"$PW\" -oout \(name)")
    #expect(opened.isSuccess, "\(opened)")
    try expectSame("out")
    let extracted = try coffre("extract", name, "--to", "again", "-p", "pw")
    #expect(extracted.isSuccess, "\(extracted)")
    try expectSame("again")
    let theirs = try shell(
      "7zz a -bso0 -bsp0 -p\"$PW\" \(format == "zip" ? "-mem=AES256" : "-mhe=on") theirs.\(format) tree")
    #expect(theirs.isSuccess, "\(theirs)")
    let back = try coffre("extract", "theirs.\(format)", "--to", "back", "-p", "pw")
    #expect(back.isSuccess, "\(back)")
    try expectSame("back")
  }

  /// 7zz asks there whether the password is wrong. Where it opened the names it is not.
  @Test func `damage in an encrypted 7z is not taken for a wrong password`() throws {
    #expect(try coffre("create", "made.7z", "tree", "--encrypt", "native", "-p", "pw").isSuccess)
    var bytes = try readRealFile("\(workshop.path)/made.7z")
    bytes[bytes.count / 2] ^= 1
    try writeRealFile("\(workshop.path)/made.7z", bytes)
    let damaged = try coffre("test", "made.7z", "-p", "pw")
    #expect(damaged.status == 15, "\(damaged)")
    let wrong = try coffre("test", "made.7z", "-p", "other-pw")
    #expect(wrong.status == 12, "\(wrong)")
    // Names that everybody reads prove nothing.
    #expect(try shell("7zz a -bso0 -bsp0 -p\"$PW\" theirs.7z tree").isSuccess)
    #expect(try coffre("test", "theirs.7z", "-p", "pw").isSuccess)
    let unproved = try coffre("test", "theirs.7z", "-p", "other-pw")
    #expect(unproved.status == 12, "\(unproved)")
  }

  /// libarchive knows links in a zip by their target, which 7zz encrypts too.
  @Test(arguments: ["AES256", "ZipCrypto"], ["", "age"])
  func `a zip of 7zz whose links are encrypted`(_ method: String, _ around: String) throws {
    try RealFolder("\(workshop.path)/tree").makeSymlink(Array("link".utf8), to: Array("a secret name".utf8))
    let made = try shell(
      "7zz a -bso0 -bsp0 -snl -p\"$PW\" -mem=\(method) theirs.zip tree; age-keygen -o id 2>said; "
        + "[ -z '\(around)' ] || age -r $(age-keygen -y id) -o theirs.zip.age theirs.zip")
    #expect(made.isSuccess, "\(made)")
    let name = around.isEmpty ? "theirs.zip" : "theirs.zip.age"
    let identity = around.isEmpty ? [] : ["--identity", "id"]
    func extract(_ password: String, to folder: String) throws -> ProgramOutcome {
      try workshop.archive(["archive", "extract", name, "--to", folder, "-p", password, "-q"] + identity) {
        $0.directory = workshop.path
      }
    }
    let back = try extract("pw", to: "back")
    #expect(back.isSuccess, "\(back)")
    try expectSame("back")
    let wrong = try extract("other-pw", to: "wrong")
    #expect(wrong.status == 12, "\(wrong)")
    #expect(!realEntryExists("\(workshop.path)/wrong/tree/a secret name"))
    // Damage within what is encrypted, which has no checksum of its own.
    guard around.isEmpty else { return }
    var bytes = try readRealFile("\(workshop.path)/\(name)")
    bytes[bytes.count / 2] ^= 1
    try writeRealFile("\(workshop.path)/\(name)", bytes)
    let damaged = try extract("pw", to: "damaged")
    #expect(damaged.status == 1, "\(damaged)")
    #expect(!realEntryExists("\(workshop.path)/damaged/tree/noise"))
  }

  /// 7zz lists a line feed in a name as `_`: no file may take another one's place unsaid.
  @Test func `no two names of a 7z become one unsaid`() throws {
    let files = try shell("mkdir odd; printf one >$'odd/a\\nb'; printf two >odd/a_b")
    #expect(files.isSuccess, "\(files)")
    let made = try coffre("create", "odd.7z", "odd", "--encrypt", "native", "-p", "pw")
    #expect(made.status == 3 && made.errors.contains("line feed"), "\(made)")
    let back = try coffre("extract", "odd.7z", "--to", "out", "-p", "pw")
    #expect(back.isSuccess && realNames(in: "\(workshop.path)/out/odd") == ["a_b"], "\(back)")
    #expect(try readRealFile("\(workshop.path)/out/odd/a_b") == Array("two".utf8))
    // Without a password both come.
    let plain = try coffre("create", "plain.7z", "odd")
    #expect(plain.isSuccess, "\(plain)")
    #expect(try coffre("extract", "plain.7z", "--to", "plain").isSuccess)
    #expect(realNames(in: "\(workshop.path)/plain/odd").count == 2)
    // And one that another program made.
    #expect(try shell("7zz a -bso0 -bsp0 -p\"$PW\" -mhe=on theirs.7z odd").isSuccess)
    let theirs = try coffre("extract", "theirs.7z", "--to", "theirs", "-p", "pw")
    #expect(theirs.status == 1 && theirs.errors.contains("two entries of this name"), "\(theirs)")
    #expect(realNames(in: "\(workshop.path)/theirs/odd") == ["a_b"])
  }

  @Test func `age, for recipients`() throws {
    #expect(try shell("age-keygen -o id 2> said; age-keygen -y id > recipients").isSuccess)
    let made = try coffre("create", "made.tar.zst.age", "tree", "--encrypt", "age", "--recipients-file", "recipients")
    #expect(made.isSuccess, "\(made)")
    try expectUnreadable("made.tar.zst.age")
    let opened = try shell("mkdir out; age -d -i id made.tar.zst.age | zstd -dqc >out.tar; tar -xf out.tar -C out")
    #expect(opened.isSuccess, "\(opened)")
    try expectSame("out")
    #expect(try shell("tar -czf - tree | age -R recipients > theirs.tar.gz.age").isSuccess)
    let back = try coffre("extract", "theirs.tar.gz.age", "--to", "back", "--identity", "id")
    #expect(back.isSuccess, "\(back)")
    try expectSame("back")
  }

  /// age asks for passphrases at a terminal alone.
  private static let answering = """
    import os, pty, sys
    process, terminal = pty.fork()
    if process == 0: os.execvp(sys.argv[2], sys.argv[2:])
    said = b''
    try:
      while b'assphrase' not in said: said += os.read(terminal, 1000)
      os.write(terminal, sys.argv[1].encode() + b'\\n')
      while os.read(terminal, 1000): pass
    except OSError: pass
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
    """

  @Test func `age, with a passphrase`() throws {
    let made = try coffre("create", "made.tar.age", "tree", "--encrypt", "age", "-p", "pw")
    #expect(made.isSuccess, "\(made)")
    try expectUnreadable("made.tar.age")
    var settings = ProgramSettings()
    settings.directory = workshop.path
    let answered = try Tool.named("python3", package: "python3").run(
      ["-c", Self.answering, Self.password, "age", "-d", "-o", "out.tar", "made.tar.age"], settings)
    #expect(answered.isSuccess, "\(answered)")
    let opened = try shell("mkdir out; tar -xf out.tar -C out")
    #expect(opened.isSuccess, "\(opened)")
    try expectSame("out")
    let back = try coffre("extract", "made.tar.age", "--to", "back", "-p", "pw")
    #expect(back.isSuccess, "\(back)")
    try expectSame("back")
  }

  @Test func `gpg, for recipients`() throws {
    let key = try shell(
      "mkdir -m 700 gpg; gpg --batch -q --passphrase '' --quick-gen-key tests@example.org default default never; "
        + "gpg --list-keys --with-colons | awk -F: '/^fpr/ {print $10; exit}'")
    #expect(key.isSuccess, "\(key)")
    let fingerprint = String(key.output.split(separator: "\n").last ?? "")
    let made = try coffre("create", "made.tar.zst.gpg", "tree", "--encrypt", "gpg", "--recipient", fingerprint)
    #expect(made.isSuccess, "\(made)")
    let bytes = try readRealFile("\(workshop.path)/made.tar.zst.gpg")
    #expect(!contains(bytes, Self.secretText))
    let opened = try shell("mkdir out; gpg --batch -qd made.tar.zst.gpg | zstd -dqc >out.tar; tar -xf out.tar -C out")
    #expect(opened.isSuccess, "\(opened)")
    try expectSame("out")
    for name in ["made.zip.gpg", "made.7z.gpg"] {
      let other = try coffre("create", name, "tree", "--encrypt", "gpg", "--recipient", fingerprint)
      #expect(other.isSuccess, "\(other)")
      let back = try coffre("extract", name, "--to", "back-\(name)")
      #expect(back.isSuccess, "\(back)")
      try expectSame("back-\(name)")
    }
    _ = try shell("gpgconf --kill all")
  }

  @Test func `AES, by Tink's own library`() throws {
    let python = try Tool.ofTestTools("python")
    let made = try coffre("create", "made.tar.gz.aes", "tree", "--encrypt", "aes", "--key-file", "key.json")
    #expect(made.isSuccess, "\(made)")
    try expectUnreadable("made.tar.gz.aes")
    var settings = ProgramSettings()
    settings.directory = workshop.path
    let outcome = try python.run(["-c", Self.tink], settings)
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(try shell("mkdir out; tar -xzf tink.tar.gz -C out").isSuccess)
    try expectSame("out")
    for (name, key) in [("again.aes", "key.json"), ("other.aes", "other.json")] {
      let back = try coffre("extract", name, "--to", "back-\(name)", "--key-file", key)
      #expect(back.isSuccess, "\(back)")
      try expectSame("back-\(name)")
    }
    let wrong = try coffre("extract", "other.aes", "--to", "tried", "--key-file", "key.json")
    #expect(wrong.status == 12, "\(wrong)")
  }

  /// Opens what Coffre wrote with the key that Coffre made; then encrypts it with that key, and with one of Tink's.
  private static let tink = """
    import tink
    from tink import streaming_aead, secret_key_access, json_proto_keyset_format as keysets
    streaming_aead.register()
    def primitive(handle): return handle.primitive(streaming_aead.StreamingAead)
    own = keysets.parse(open('key.json').read(), secret_key_access.TOKEN)
    other = tink.new_keyset_handle(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)
    open('other.json', 'w').write(keysets.serialize(other, secret_key_access.TOKEN))
    with open('made.tar.gz.aes', 'rb') as sealed, primitive(own).new_decrypting_stream(sealed, b'') as plain:
      content = plain.read()
    open('tink.tar.gz', 'wb').write(content)
    for name, handle in [('again.aes', own), ('other.aes', other)]:
      with open(name, 'wb') as sealed, primitive(handle).new_encrypting_stream(sealed, b'') as plain:
        plain.write(content)
    """
}
