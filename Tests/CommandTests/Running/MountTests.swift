import CoffreTestKit
import Testing

/// What `mount` says before it mounts anything.
@Suite("mount, refused")
struct MountTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop()
    try workshop.make(["full/file", "empty/"])
  }

  private func expectRefusal(
    _ arguments: [String], _ status: Int32 = 2, saying words: String..., location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try workshop.coffre(["mount"] + arguments)
    #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome)", sourceLocation: location)
    for word in words { #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: location) }
    #expect(workshop.locks.isEmpty, sourceLocation: location)
  }

  @Test func `at a folder that is not there, no folder, or not empty`() throws {
    let path = workshop.path
    try expectRefusal(["\(path)/nothing"], saying: "there is no folder '\(path)/nothing'", "mkdir -p '\(path)/nothing'")
    try expectRefusal(["\(path)/full/file"], saying: "'\(path)/full/file' is no folder")
    try expectRefusal(["\(path)/full"], saying: "the folder '\(path)/full' is not empty")
    try expectRefusal([], saying: "<folder>")
    try expectRefusal(["a", "b", "c"], saying: "'c'")
  }

  @Test func `with templates that mean nothing`() throws {
    let folder = "\(workshop.path)/empty"
    try expectRefusal([folder, "--path-template", "x/%y"], saying: "'x/%y' cannot be used: '%y' means nothing")
    try expectRefusal([folder, "--path-template", "../%i"], saying: "it leads out with '..'")
    try expectRefusal([folder, "--path-template", "x"], saying: "it is the same for every snapshot")
  }
}
