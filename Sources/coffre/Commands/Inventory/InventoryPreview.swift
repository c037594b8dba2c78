import CoffreCore
import CoffreInventory
import CoffreSystem

/// `inventory run --dry-run`: what each row would do, and which archives of it lie there already, whoever made them.
/// Nothing is touched.
struct InventoryPreview {
  private let inventory: InventoryReading
  private let area: StagingArea
  private let writesArchives: Bool

  init(_ inventory: InventoryReading, _ area: StagingArea, writesArchives: Bool) {
    self.inventory = inventory
    self.area = area
    self.writesArchives = writesArchives
  }

  func run(_ console: Console) throws -> ExitCode {
    let (table, list) = try inventory.read(console, withoutDestinations: !writesArchives)
    let rows = RunRow.judged(list, writesArchives ? inventory.rules : inventory.rulesWithoutDestinations)
    let staging = RowStaging(area: area, account: inventory.place.account, cancellation: console.cancellation)
    let look = RowLook(mounts: try MountPoints.current())
    var report = InventoryReport(place: inventory.place.text)
    for row in rows {
      try console.cancellation.check()
      report.take(row.judged, look, destination: writesArchives, outlook: { staging.outlook($0) })
    }
    report.missingResults = InventoryColumn.results.filter { !table.has($0, inventory.mapping) }
    if writesArchives { report.existing = try ExistingArchives(rows, console.cancellation) }
    report.isDryRun = true
    try report.print(console)
    return report.exitCode
  }
}

/// The archives that lie in the destinations of rows.
struct ExistingArchives {
  /// By the number of the row.
  private(set) var ofRow: [Int: [DestinationComparison.File]] = [:]
  /// In no row's name.
  private(set) var strangers: [PathBytes] = []
  /// Destinations that could not be listed: nothing is known of their rows.
  private(set) var unlisted: [(folder: PathBytes, cause: Message)] = []

  init(_ rows: [RunRow], _ cancellation: Cancellation) throws {
    let planned = rows.compactMap { row in row.plan.map { (number: row.judged.row.number, plan: $0) } }
    for (folder, group) in Dictionary(grouping: planned, by: \.plan.destination) {
      try cancellation.check()
      do throws(SystemError) {
        let comparison = DestinationComparison(try Self.files(in: folder), sources: group.map(\.plan.source))
        for (index, row) in group.enumerated() { ofRow[row.number] = comparison.archives[index] }
        strangers += comparison.strangers.map { joined(folder, $0.name) }
      } catch {
        // Nothing was ever written there: that is known.
        guard error.isNotFound else {
          unlisted.append((folder, error.cause))
          continue
        }
        for row in group { ofRow[row.number] = [] }
      }
    }
    strangers.sort { $0.lexicographicallyPrecedes($1) }
    unlisted.sort { $0.folder.lexicographicallyPrecedes($1.folder) }
  }

  private static func files(in folder: PathBytes) throws(SystemError) -> [DestinationComparison.File] {
    let directory = try FileDescriptor.openDirectory(path: folder)
    var files: [DestinationComparison.File] = []
    for name in try directory.entryNames() where DestinationComparison.isArchive(name) {
      // Gone since it was listed.
      guard let attributes = try? directory.attributes(of: name), attributes.kind == .file else { continue }
      files.append(
        DestinationComparison.File(name: name, size: attributes.size, modified: attributes.modified))
    }
    return files
  }

  func newest(ofRow number: Int) -> DestinationComparison.File? {
    ofRow[number]?.max { $1.isNewer(than: $0) }
  }
}
