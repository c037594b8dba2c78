/// What somebody probably meant.
enum Suggestion {
  /// The candidate nearest to `word`, if it is near enough to be worth a question.
  static func closest(to word: String, among candidates: [String]) -> String? {
    guard !word.isEmpty else { return nil }
    let allowed = max(1, word.count / 3)
    let nearest = candidates.map { (candidate: $0, distance: distance(word, $0)) }
      .min { $0.distance < $1.distance }
    if let nearest, nearest.distance <= allowed { return nearest.candidate }
    guard word.count >= 3 else { return nil }
    return candidates.first { $0.hasPrefix(word) || word.hasPrefix($0) && $0.count >= 3 }
  }

  /// Insertions, removals, replacements and swaps of neighbours that turn one word into the other.
  static func distance(_ first: String, _ second: String) -> Int {
    let first = Array(first.lowercased())
    let second = Array(second.lowercased())
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for (row, left) in first.enumerated() {
      var current = [row + 1]
      for (column, right) in second.enumerated() {
        var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (left == right ? 0 : 1))
        if row > 0, column > 0, left == second[column - 1], first[row - 1] == right {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[second.count]
  }
}
