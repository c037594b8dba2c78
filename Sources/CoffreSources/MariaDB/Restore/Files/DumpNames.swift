import CoffreCore
import MariaDBKit

/// Names as the statements of a dump have them: in the character set that the session speaks by then.
struct DumpNames {
  private let connection: MariaDBConnection

  init(on connection: MariaDBConnection) { self.connection = connection }

  /// Dumps write names in several character sets: the server tells what they are in the one that the session speaks.
  ///
  /// - Parameter ignoresCase: whether names that differ in capitals shall be equal.
  /// - Returns: in UTF-8.
  func text(_ name: [UInt8], ignoresCase: Bool = false) throws(MariaDBError) -> [UInt8] {
    guard name.contains(where: { $0 >= 0x80 }) else {
      return ignoresCase ? Array(displayed(name).lowercased().utf8) : name
    }
    let digits = name.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    let set = try connection.execute(#"SELECT @@character_set_client"#)[0, 0] ?? "utf8mb4"
    let text = #"CONVERT(CONVERT(X'\#(digits)' USING \#(set)) USING utf8mb4)"#
    let rows = try connection.execute(#"SELECT HEX(\#(ignoresCase ? #"LOWER(\#(text))"# : text))"#)
    let values = (rows[0, 0] ?? "").utf8.compactMap { PercentEncoding.hexadecimalValue($0) }
    return stride(from: 1, to: values.count, by: 2).map { values[$0 - 1] << 4 | values[$0] }
  }
}
