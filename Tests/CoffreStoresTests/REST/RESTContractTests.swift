import CoffreCore
import CoffreTestKit
import Testing

@Suite("REST store contract")
struct RESTContractTests {
  @Test(arguments: StoreContract.repositoryChecks)
  func `rclone's server keeps it`(_ check: StoreContract) throws {
    let server = try RestServer()
    try check.run(on: server.makeStore())
  }

  /// Replaces nothing, checks nothing: as strict as rest-server where that matters to a client.
  @Test(arguments: StoreContract.repositoryChecks)
  func `a server that lets nothing be replaced keeps it`(_ check: StoreContract) throws {
    let server = try HostileServer()
    try check.run(on: server.makeStore())
  }

  @Test(arguments: StoreContract.repositoryChecks)
  func `a server that lists names only keeps it`(_ check: StoreContract) throws {
    var manners = HostileServer.Manners()
    manners.listsNamesOnly = true
    let server = try HostileServer(manners)
    try check.run(on: server.makeStore())
  }

  /// Whole objects come where parts were asked for.
  @Test(arguments: StoreContract.repositoryChecks)
  func `a server that knows no ranges keeps it`(_ check: StoreContract) throws {
    var manners = HostileServer.Manners()
    manners.knowsRanges = false
    let server = try HostileServer(manners)
    try check.run(on: server.makeStore())
  }

  @Test(arguments: StoreContract.repositoryChecks)
  func `an encrypted connection keeps it`(_ check: StoreContract) throws {
    let folder = try WorkFolder()
    var options = RestServer.Options()
    options.certificate = try TestCertificate(in: folder.path)
    let server = try RestServer(options)
    try check.run(on: server.makeStore())
  }
}
