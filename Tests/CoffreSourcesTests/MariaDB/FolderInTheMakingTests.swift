import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

/// A folder that becomes a server's has its name when all of it is there, and not before.
@Suite("Folders in the making")
struct FolderInTheMakingTests {
  private let scratch: WorkFolder
  private var target: String { "\(scratch.path)/new" }

  init() throws { scratch = try WorkFolder() }

  private func make() throws -> FolderInTheMaking { try FolderInTheMaking(Array(target.utf8)) }

  private func fill(_ folder: FolderInTheMaking) throws {
    let path = displayed(folder.path)
    try makeRealFolder("\(path)/shop")
    for name in ["ibdata1", "shop/t.frm"] { try writeRealFile("\(path)/\(name)", name) }
  }

  @Test func `one that is not there is made at the end`() throws {
    let folder = try make()
    try fill(folder)
    #expect(!realEntryExists(target))
    try folder.place()
    #expect(Set(realNames(in: target)) == ["ibdata1", "shop"])
    #expect(realNames(in: scratch.path) == ["new"])
  }

  @Test func `one that is empty is filled at the end`() throws {
    try makeRealFolder(target)
    let folder = try make()
    try fill(folder)
    #expect(realNames(in: target).allSatisfy { $0.hasPrefix(".coffre-") })
    try folder.place()
    #expect(Set(realNames(in: target)) == ["ibdata1", "shop"])
    #expect(realNames(in: "\(target)/shop") == ["t.frm"])
  }

  @Test func `one that somebody made meanwhile is left alone`() throws {
    let folder = try make()
    try fill(folder)
    try makeRealFolder(target)
    #expect(throws: SourceError.self) { try folder.place() }
    #expect(folder.clear() == nil)
    #expect(realNames(in: target) == [] && realNames(in: scratch.path) == ["new"])
  }

  @Test func `what failed is removed, and the folder that was there is not`() throws {
    let one = try make()
    try fill(one)
    #expect(one.clear() == nil)
    #expect(realNames(in: scratch.path) == [])
    try makeRealFolder(target)
    let other = try make()
    try fill(other)
    #expect(other.clear() == nil)
    #expect(realNames(in: scratch.path) == ["new"] && realNames(in: target) == [])
  }

  @Test func `what was left is known by its name, that of others is not`() throws {
    let left = try make()
    for name in [".coffre-0123456789abcdef-renew", ".coffre-0123456789abcdef", "coffre-0123456789abcdef-new"] {
      try makeRealFolder("\(scratch.path)/\(name)")
    }
    #expect(left.leftovers == [])
    #expect(try make().leftovers == [left.path])
  }
}
