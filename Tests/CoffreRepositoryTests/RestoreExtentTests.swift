import CoffreCore
import Testing

@testable import CoffreRepository

/// In which directories of a snapshot `--delete` may believe that what is not there was not there.
@Suite("Extent of a snapshot")
struct RestoreExtentTests {
  private func path(_ text: String) -> [PathBytes] { components(of: Array(text.utf8)) }

  /// - Parameter tree: the directories of the snapshot, and files with an exclamation mark.
  private func sources(_ paths: [String], tree: [String], of asked: String) -> String? {
    let directories = Set(tree.filter { !$0.hasSuffix("!") }.map { self.path($0) })
    let files = Set(tree.filter { $0.hasSuffix("!") }.map { self.path(String($0.dropLast())) })
    let top = directories.union(files).filter { $0.count == 1 }.map { $0[0] }
    let extent = RestoreExtent(paths: paths) { path in
      if path.isEmpty { return .root(top) }
      return directories.contains(path) ? .directory : files.contains(path) ? .other : .nothing
    }
    return extent.source(of: path(asked)).map { "/" + $0.map { displayed($0) }.joined(separator: "/") }
  }

  @Test func `directories above an absolute source are not whole`() {
    let tree = ["/home", "/home/eve", "/home/eve/x"]
    #expect(sources(["/home/eve"], tree: tree, of: "/home/eve") == "/home/eve")
    #expect(sources(["/home/eve"], tree: tree, of: "/home/eve/x") == "/home/eve/x")
    #expect(sources(["/home/eve"], tree: tree, of: "/home") == nil)
    #expect(sources(["/home/eve"], tree: tree, of: "/") == nil)
  }

  @Test func `a relative source lies under the end of its path`() {
    let tree = ["/desk", "/desk/x"]
    #expect(sources(["/home/eve/desk"], tree: tree, of: "/desk/x") == "/home/eve/desk/x")
    #expect(sources(["/home/eve/desk"], tree: tree, of: "/") == nil)
  }

  @Test func `the root is whole for a dot, and for the root itself`() {
    #expect(sources(["/home/eve"], tree: ["/x"], of: "/") == "/home/eve")
    #expect(sources(["/home/eve"], tree: ["/x"], of: "/x") == "/home/eve/x")
    #expect(sources(["/"], tree: ["/home", "/home/eve"], of: "/home") == "/home")
    // A folder called like the one it lies in: only that one is certain.
    #expect(sources(["/home/eve"], tree: ["/eve"], of: "/") == nil)
  }

  @Test func `a name that leads to another source proves nothing`() {
    // `/data/x` and, from /home, `data`, which had to be called data-1.
    let tree = ["/data", "/data/x", "/data-1"]
    #expect(sources(["/home/data", "/data/x"], tree: tree, of: "/data") == nil)
    #expect(sources(["/home/data", "/data/x"], tree: tree, of: "/data/x") == "/data/x")
    #expect(sources(["/data", "/data/x"], tree: tree, of: "/data") == "/data")
  }

  @Test func `files and no paths at all leave nothing certain`() {
    #expect(sources([], tree: ["/x"], of: "/x") == nil)
    for asked in ["/", "/etc"] {
      #expect(sources(["/etc/fstab"], tree: ["/etc", "/etc/fstab!"], of: asked) == nil)
      #expect(sources(["/home/fstab"], tree: ["/fstab!", "/etc"], of: asked) == nil)
    }
  }

  @Test func `a source that could not be read makes nothing whole`() {
    let tree = ["/home", "/home/eve"]
    for asked in ["/", "/home"] {
      #expect(sources(["/home/eve", "/etc/coffre/password"], tree: tree, of: asked) == nil)
      #expect(sources(["/home/eve/secret"], tree: tree, of: asked) == nil)
      #expect(sources(["/srv/home/eve/secret"], tree: tree, of: asked) == nil)
      #expect(sources(["/dark"], tree: [], of: asked) == nil)
    }
    #expect(sources(["/home/eve", "/etc/coffre/password"], tree: tree, of: "/home/eve") == "/home/eve")
    // Relative `data/x`, and an unreadable /srv/data.
    #expect(sources(["/home/data/x", "/srv/data"], tree: ["/data", "/data/x"], of: "/data") == nil)
  }
}
