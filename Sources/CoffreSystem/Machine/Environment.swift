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
