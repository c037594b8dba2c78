extension Int64 {
  /// The sum, or the largest number: sizes that somebody else claims must not end the program.
  package func adding(saturating other: Int64) -> Int64 {
    let (sum, isOver) = addingReportingOverflow(other)
    return isOver ? .max : sum
  }
  /// The product, or the largest number. Neither is below 0.
  package func multiplied(saturating other: Int64) -> Int64 {
    let (product, isOver) = multipliedReportingOverflow(by: other)
    return isOver ? .max : product
  }
}
