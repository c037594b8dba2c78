import CLinux
import Glibc

/// The environment variables of this process.
package enum Environment {
  /// - Returns: `nil` if the variable is not set; bytes that are no UTF-8 are repaired.
  package static func value(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

  package static func bytes(_ name: String) -> [UInt8]? {
    var value: [UInt8]?
    _ = unsafe withCName(Array(name.utf8)) { name in
      guard let found = unsafe clinux_environment_value(name) else { return 0 }
      unsafe value = Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
      return 0
    }
    return value
  }

  /// Sets a variable of this process, or removes it for `nil`; a new `TZ` counts at once.
  ///
  /// Only while no other thread runs: the C library reads the environment without a lock.
  package static func set(_ name: String, to value: String?) throws(SystemError) {
    let name = Array(name.utf8)
    let result =
      if let value {
        unsafe withCNames(name, Array(value.utf8)) { unsafe clinux_set_environment_value($0, $1) }
      } else {
        unsafe withCName(name) { unsafe clinux_set_environment_value($0, nil) }
      }
    try checked(result, "set the variable", name)
  }

  /// All variables, as `NAME=value`.
  static func all() -> [[UInt8]] {
    guard let start = unsafe clinux_environment() else { return [] }
    var variables: [[UInt8]] = []
    var position = 0
    while let variable = unsafe start[position] {
      unsafe variables.append(Array(UnsafeRawBufferPointer(start: variable, count: strlen(variable))))
      position += 1
    }
    return variables
  }
}
