/// How a count of bytes is shown to people: binary units, three digits.
///
/// `999 B`, `1.21 KiB`, `12.1 MiB`, `345 GiB`.
package func byteText(_ bytes: Int64) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  var value = Double(bytes)
  var unit = 0
  while value >= 999.5, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  guard unit > 0 else { return "\(bytes) B" }
  let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  return "\(decimalText(value, decimals: decimals)) \(units[unit])"
}

/// `value` rounded to a fixed number of decimals, with a point.
package func decimalText(_ value: Double, decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = Int64((value * scale).rounded())
  let sign = scaled < 0 ? "-" : ""
  let digits = String(abs(scaled))
  guard decimals > 0 else { return sign + digits }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// `8.31 s`, `4 min 12 s`, `3 h 05 min`.
package func durationText(_ duration: Duration) -> String {
  let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  if seconds < 60 { return decimalText(seconds, decimals: seconds < 10 ? 2 : 1) + " s" }
  let whole = Int64(seconds.rounded())
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  let minutes = whole / 60 % 60
  return "\(whole / 3600) h \(minutes < 10 ? "0" : "")\(minutes) min"
}

/// `1 file`, `2 files`; the plural is the singular with an s unless given.
package func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? singular : plural ?? singular + "s")"
}
