import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreInventory

@Suite("Looking at what rows name")
struct RowLookTests {
  private let folder: TestFolder
  private let look: RowLook

  init() throws {
    folder = try TestFolder()
    look = RowLook(mounts: try MountPoints.current())
    try folder.write("src/l'été \"1\".txt", Array("12345".utf8))
    try folder.write("data/mysql/db.frm", [])
  }

  private func plan(
    _ type: InventoryType, _ source: String, to destination: String = "dst/new/é", mount: String? = nil
  ) -> RowPlan {
    RowPlan(
      type: type, source: folder.path(source), sourceMount: mount.map { Array($0.utf8) },
      destination: folder.path(destination), destinationMount: nil, format: "7z", retention: RetentionPolicy())
  }

  @Test func `what is there is good, and nothing is made`() throws {
    let found = look.look(at: plan(.file, "src/l'été \"1\".txt"))
    #expect(found.problems.isEmpty && found.remarks.isEmpty, "\(found)")
    #expect(found.size == 5)
    #expect((found.freeSpace ?? 0) > 0)
    #expect(look.look(at: plan(.folder, "src")).problems.isEmpty)
    #expect(look.look(at: plan(.serverFolder, "data")).remarks.isEmpty)
    #expect(look.look(at: plan(.serverFolder, "src")).remarks.map(\.code) == ["no-server"])
    #expect(throws: SystemError.self) { try FileDescriptor.attributes(ofPath: folder.path("dst")) }
  }

  @Test func `what is not there, or something else`() {
    #expect(look.look(at: plan(.file, "src/none")).problems.map(\.code) == ["source-missing"])
    #expect(look.look(at: plan(.folder, "none/at/all")).problems.map(\.code) == ["source-missing"])
    #expect(look.look(at: plan(.file, "src")).problems.map(\.code) == ["source-kind"])
    #expect(look.look(at: plan(.folder, "src/l'été \"1\".txt")).problems.map(\.code) == ["source-kind"])
    #expect(
      look.look(at: plan(.folder, "src", to: "src/l'été \"1\".txt/below")).problems.map(\.code) == ["destination"])
    #expect(look.look(at: plan(.folder, "none", to: "src/l'été \"1\".txt")).problems.count == 2)
  }

  @Test func `an empty mount point is no share`() {
    #expect(look.look(at: plan(.folder, "src", mount: "/proc")).problems.isEmpty)
    let away = look.look(at: plan(.folder, "src", mount: displayed(folder.path("src"))))
    #expect(away.problems.map(\.code) == ["not-mounted"])
  }

  @Test func `names of mount points are read as the kernel writes them`() {
    let table = #"""
      36 35 98:0 / /mnt/a\040b\134c rw,noatime master:1 - ext3 /dev/root rw
      37 35 98:0 / /mnt/é rw - cifs //srv/x rw

      """#
    let mounts = MountPoints(Array(table.utf8))
    #expect(mounts.contains(Array(#"/mnt/a b\c"#.utf8)))
    #expect(mounts.contains(Array("/mnt/é/".utf8)))
    #expect(mounts.contains(Array("/mnt/x/../é".utf8)))
    #expect(!mounts.contains(Array("/mnt".utf8)))
  }
}
