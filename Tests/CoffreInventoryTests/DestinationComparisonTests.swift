import CoffreCore
import CoffreInventory
import Testing

@Suite("Archives of older scripts")
struct DestinationComparisonTests {
  private func compare(_ files: [String], _ sources: [String]) -> (rows: [[String]], strangers: [String]) {
    let comparison = DestinationComparison(
      files.map {
        DestinationComparison.File(
          name: Array($0.utf8), size: 1, modified: Timestamp(seconds: 1, nanoseconds: 0))
      }, sources: sources.map { Array($0.utf8) })
    return (
      comparison.archives.map { $0.map { displayed($0.name) } }, comparison.strangers.map { displayed($0.name) }
    )
  }

  @Test(arguments: [
    "bilan annuel.7z", "2026-11-01_bilan annuel.7z", "Bilan Annuel.xlsx.7z", "bilan annuel-20261101T120000Z.7z",
    "sauvegarde (bilan annuel) 3.ZIP", "bilan annuel.tar.gz", "bilan annuel.xlsx_01.11.7z.001", "bilan annuel.7z.age",
    "bilan annuel20261101.7z",
  ])
  func `a name that stands as a word of its own is found`(_ name: String) {
    let found = compare([name], ["/mnt/p/bilan annuel.xlsx"])
    #expect(found.rows == [[name]] && found.strangers.isEmpty)
  }

  @Test(arguments: ["bilan.7z", "lebilan annuels.7z", "photos.7z"])
  func `another name is nobody's`(_ name: String) {
    let found = compare([name], ["/mnt/p/bilan annuel.xlsx"])
    #expect(found.rows == [[]] && found.strangers == [name])
  }

  @Test func `the longer name counts, and two rows of one name share`() {
    let found = compare(
      ["data.old-1.7z", "data-1.7z", "été.7z"], ["/a/data", "/a/data.old", "/b/data", "/c/Été"])
    #expect(found.rows == [["data-1.7z"], ["data.old-1.7z"], ["data-1.7z"], ["été.7z"]])
  }

  @Test func `what is no archive counts for nothing`() {
    let found = compare(["data.txt", "data.7z.sha256", ".data.7z", "data.manifest.json", "x.log"], ["/a/data"])
    #expect(found.rows == [[]] && found.strangers.isEmpty)
  }
}
