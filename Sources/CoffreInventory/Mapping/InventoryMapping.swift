package import CoffreCore
import CoffreSystem

/// How a list differs from the usual one: what its columns are called, and where the shares and drives lie that its paths
/// name (docs/decisions/0028).
package struct InventoryMapping: Sendable, Hashable {
  /// Columns with another name than their own.
  package private(set) var columns: [InventoryColumn: String] = [:]
  package private(set) var places = PathPlaces()

  /// In bytes.
  private static let largest = 1 << 20

  /// All is as usual.
  package init() {}

  package init(path: PathBytes) throws(InventoryError) {
    let content: [UInt8]
    do throws(SystemError) {
      content = try readFile(path, limit: Self.largest)
    } catch {
      throw InventoryError(
        .configuration, "cannot read the mapping file '\(displayed(path))'", because: error.cause)
    }
    try self.init(content, place: displayed(path))
  }

  /// - Parameter place: how messages call the file.
  package init(_ content: [UInt8], place: String) throws(InventoryError) {
    do throws(SettingLines.Problem) {
      for setting in try SettingLines.read(content) {
        guard let problem = take(setting) else { continue }
        throw SettingLines.Problem(line: setting.line, message: problem)
      }
    } catch {
      throw InventoryError(
        .configuration, "cannot read the mapping file '\(place)'", because: "line \(error.line): \(error.message)",
        advice: "Write sections 'columns:', 'mounts:' and 'folders:', and below them indented lines as 'name: value'.")
    }
  }

  /// - Returns: what is wrong, `nil` if it was taken.
  private mutating func take(_ setting: SettingLines.Setting) -> Message? {
    switch setting.section {
    case #"columns"#:
      let wanted = LooseName(setting.name)
      guard let column = InventoryColumn.allCases.first(where: { LooseName($0.name) == wanted }) else {
        return "there is no column '\(visible(setting.name))'; known are \(Self.names)"
      }
      guard columns.updateValue(setting.value, forKey: column) == nil else {
        return "'\(visible(setting.name))' is named twice"
      }
      return nil
    case #"mounts"#, #"folders"#:
      return places.add(
        Array(setting.name.utf8), at: Array(setting.value.utf8), mustBeMounted: setting.section == #"mounts"#)
    default:
      return "there is no section '\(visible(setting.section))'; known are columns, mounts and folders"
    }
  }

  private static let names = InventoryColumn.allCases.map(\.name).joined(separator: ", ")
}
