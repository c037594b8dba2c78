import CoffreTestKit
import MongoKit
import Testing

/// Addresses whose servers DNS names. The name server is our own, on an address of this machine that nobody else uses.
@Suite("MongoDB by mongodb+srv", .timeLimit(.minutes(10)))
struct MongoSeedListTests {
  private static let name = "shop.coffre.test"

  /// A program that sees our name server in place of the machine's.
  @Test(.enabled(if: isRoot, "needs root: it mounts a file of its own over /etc/resolv.conf"))
  func `the servers that DNS names are found`() throws {
    let workshop = try Workshop()
    let server = try MongoServer.shared()
    let database = server.newName("seeds")
    defer { try? server.dropDatabase(database) }
    try server.run(["insert": "c", "documents": [["_id": 1], ["_id": 2]]], in: database)
    let dns = try Tool.named("python3", package: "python3").start([
      "-u", "-c", try MongoFixture.script("seedlist.py"), Self.name, "db.coffre.test",
      "\(server.port.number)",
    ])
    defer { dns.kill(9) }
    #expect(dns.waitUntil { dns.hasEnded || dns.outputSoFar.contains(".\n") }, "\(dns.errorsSoFar)")
    let told = try #require(dns.outputSoFar.split(whereSeparator: \.isWhitespace).last, "\(dns.errorsSoFar)")
    let address = String(told.dropLast())
    let resolver = "\(workshop.path)/resolv.conf"
    try writeRealFile(resolver, "nameserver \(address)\noptions timeout:20 attempts:3\n")
    let password = "\(workshop.path)/mongo-password"
    try writeRealFile(password, MongoServer.password + "\n", mode: 0o600)
    let unshare = try Tool.named("unshare", package: "util-linux")
    // Where the root is no mount of its own, as in a chroot, nothing can be made private: the file is put back there.
    let isPrivate = try unshare.run(["-m", "true"]).isSuccess
    let words = isPrivate ? ["-m"] : ["-m", "--propagation", "unchanged"]
    func coffre(_ arguments: [String]) throws -> ProgramOutcome {
      let script = """
        mount --bind "$1" /etc/resolv.conf || exit
        shift
        "$@"
        status=$?
        umount /etc/resolv.conf
        exit $status
        """
      return try unshare.run(
        words + ["sh", "-c", script, "sh", resolver, Tool.coffre().path] + arguments,
        workshop.settings {
          $0.environment["COFFRE_SOURCE_PASSWORD_FILE"] = password
          $0.timeLimit = 300
        })
    }
    let url = "mongodb+srv://\(MongoServer.user)@\(Self.name)/\(database)?authSource=admin&tls=false"
    let backup = try coffre(["backup", url] + workshop.access)
    #expect(backup.isSuccess, "\(backup)")
    // Its name in snapshots is that of the address, whichever server answered.
    #expect(try workshop.paths(of: "latest").contains("/@mongodb/\(Self.name)-27017/\(database)/c.bson"))
    let copy = "again_\(database)"
    let back = try coffre(
      ["restore", "latest", "--to", url.replacing("/\(database)?", with: "/\(copy)?")] + workshop.access)
    #expect(back.isSuccess, "\(back)")
    defer { try? server.dropDatabase(copy) }
    expectEqual(try server.contents(of: copy), try server.contents(of: database))
    // What nobody knows is told with its name, and the way out.
    let unknown = try coffre(["source", "test", url.replacing(Self.name, with: "other.coffre.test")])
    #expect(unknown.status == 14 && unknown.errors.contains("other.coffre.test"), "\(unknown)")
    // Without `tls=false` such an address means TLS, which this server does not speak.
    let plain = try coffre(["source", "test", url.replacing("&tls=false", with: "&serverSelectionTimeoutMS=5000")])
    #expect(plain.status == 14, "\(plain)")
  }
}
