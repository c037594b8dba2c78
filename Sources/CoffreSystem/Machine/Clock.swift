import CLinux
package import CoffreCore

/// What time it is.
package enum Clock {
  /// With the local zone's offset at this moment (`TZ`, else the system's zone).
  package static func now() -> Timestamp {
    var seconds: Int64 = 0
    var nanoseconds: Int32 = 0
    unsafe clinux_now(&seconds, &nanoseconds)
    return Timestamp(seconds: seconds, nanoseconds: nanoseconds, utcOffset: localOffset(at: seconds))
  }

  /// The local zone's offset at an instant, in seconds east of Greenwich: whole minutes, rounded towards zero.
  package static func localOffset(at seconds: Int64) -> Int32 { clinux_local_offset(seconds) / 60 * 60 }

  /// When the machine was started, in seconds since 1970, by its present clock; `nil` if `/proc` does not tell.
  package static func bootTime() -> Int64? {
    guard let text = try? readFile(Array("/proc/uptime".utf8), limit: 256),
      let uptime = Double(displayed(text.prefix { $0 != UInt8(ascii: " ") }))
    else { return nil }
    return now().seconds - Int64(uptime)
  }

  /// Since some moment in the past; never set back and never stopped. For measuring and for deadlines.
  package static func monotonic() -> Duration {
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    unsafe clinux_monotonic(&seconds, &nanoseconds)
    return .seconds(seconds) + .nanoseconds(nanoseconds)
  }
}
