/// Lines of at most a given width.
enum TextLayout {
  static let width = 100

  /// Breaks at spaces. A word longer than the width stays whole on its own line.
  static func wrap(_ text: String, width: Int = width) -> [String] { fill(words(of: text), width: width) }

  /// Joins `pieces` with `separator`, and begins a new line where the next piece would not fit.
  static func fill(_ pieces: [String], separator: String = " ", width: Int = width) -> [String] {
    var lines: [String] = []
    for piece in pieces {
      if let last = lines.last, last.count + separator.count + piece.count <= width {
        lines[lines.count - 1] = last + separator + piece
      } else {
        lines.append(piece)
      }
    }
    return lines
  }

  /// `label` on the first line, the lines themselves in a column at `indent`.
  static func column(_ label: String, _ lines: [String], indent: Int) -> [String] {
    let gap = String(repeating: " ", count: indent)
    var result: [String] = []
    for (number, line) in lines.enumerated() {
      result.append((number == 0 ? padded(label, to: indent) : gap) + line)
    }
    return result.isEmpty ? [label] : result
  }

  /// Two columns; the second is wrapped. A left side wider than `limit` has its line to itself.
  static func table(_ rows: [(left: String, right: String)], limit: Int = 34) -> [String] {
    let fitting = rows.map(\.left.count).filter { $0 <= limit }
    let start = (fitting.max() ?? 0) + 5
    return rows.flatMap { row in
      let right = wrap(row.right, width: width - start)
      if row.left.count <= limit { return column("  " + row.left, right, indent: start) }
      return ["  " + row.left] + column("", right, indent: start)
    }
  }

  /// Paragraphs are separated by empty lines; lines that begin with a space stay as they are.
  static func paragraphs(_ text: String) -> [String] {
    var result: [String] = []
    var pending: [Substring] = []
    func flush() {
      result += wrap(pending.joined(separator: " "))
      pending = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.first == " " {
        flush()
        result.append(String(line))
      } else {
        pending.append(line)
      }
    }
    flush()
    return result
  }

  /// Rows whose columns are as wide as their widest cell; no blanks at the ends of lines.
  static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      let line = cells.joined(separator: "  ")
      return line.lastIndex { $0 != " " }.map { String(line.prefix(through: $0)) } ?? ""
    }
  }

  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func words(of text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
