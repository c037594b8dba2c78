import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreInventory

@Suite("Paths of Windows")
struct PathPlacesTests {
  private let places: PathPlaces

  init() throws {
    var places = PathPlaces()
    for (windows, folder, mustBeMounted) in [
      (#"\\srv\Données"#, "/mnt/données", true), (#"\\srv\Données\Compta 2026"#, "/mnt/compta", true),
      ("Z:", "/mnt/z", true), (#"Y:\sub\"#, "/srv/y", false), ("//srv2/share", "/mnt/s2", false),
    ] {
      #expect(places.add(Array(windows.utf8), at: Array(folder.utf8), mustBeMounted: mustBeMounted) == nil)
    }
    self.places = places
  }

  @Test(
    arguments: [
      (#"\\srv\Données\a b\c"#, "/mnt/données/a b/c", "/mnt/données"),
      (#"\\SRV\DONNÉES"#, "/mnt/données", "/mnt/données"),
      (#"\\srv\données\compta 2026\x"#, "/mnt/compta/x", "/mnt/compta"),
      (#"\\srv\données\compta 20267"#, "/mnt/données/compta 20267", "/mnt/données"),
      (#"\\?\UNC\srv\Données\x"#, "/mnt/données/x", "/mnt/données"), (#"z:\"#, "/mnt/z", "/mnt/z"),
      ("Z:", "/mnt/z", "/mnt/z"), ("Z:/a/b", "/mnt/z/a/b", "/mnt/z"), (#"\\?\Z:\a"#, "/mnt/z/a", "/mnt/z"),
      (#"Z:\.\a\\b\"#, "/mnt/z/a/b", "/mnt/z"), (#"y:\SUB\é"#, "/srv/y/é", nil), ("//srv2/share/x", "/mnt/s2/x", nil),
      (#"\\srv2\share"#, "/mnt/s2", nil), ("/srv/données", "/srv/données", nil),
      ("//other/share", "//other/share", nil),
      (#"/srv/a\b"#, #"/srv/a\b"#, nil),
    ] as [(String, String, String?)])
  func `where a path lies`(_ example: (given: String, path: String, mount: String?)) throws {
    let placed = try places.place(Array(example.given.utf8), of: .sourcePath)
    #expect(displayed(placed.path) == example.path)
    #expect(placed.mount.map { displayed($0) } == example.mount)
  }

  @Test(arguments: [
    (#"\\srv\Autre\x"#, "no-place"), ("X:\\a", "no-place"), (#"Y:\other"#, "no-place"), (#"\\srv"#, "path"),
    (#"Z:a"#, "path"), (#"Z:\..\a"#, "path"), ("relative/a", "path"), (#"\srv\a"#, "path"), ("Z:\\a\0", "path"),
    ("", "path"),
  ])
  func `a path that lies nowhere`(_ example: (given: String, code: String)) throws {
    let problem = try #require(throws: RowProblem.self) {
      _ = try places.place(Array(example.given.utf8), of: .destination)
    }
    #expect(problem.code == example.code && problem.column == .destination, "\(problem)")
  }

  @Test func `entries that cannot be`() {
    var places = places
    for (windows, folder) in [
      ("share", "/mnt/a"), (#"\\srv"#, "/mnt/a"), ("Q:", "mnt/a"), ("z:/", "/mnt/other"), (#"Q:\.."#, "/mnt/a"),
    ] {
      #expect(places.add(Array(windows.utf8), at: Array(folder.utf8), mustBeMounted: true) != nil, "\(windows)")
    }
  }
}
