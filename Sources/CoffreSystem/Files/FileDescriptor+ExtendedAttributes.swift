import CLinux
package import CoffreCore
import Glibc

/// Extended attributes, of the descriptor itself or of a name beneath, which may be a link, a device or a fifo.
///
/// Beneath a directory they are reached through `/proc/self/fd`; without `/proc` they cannot be.
extension FileDescriptor {
  /// In the system's order; none where the file system has no such thing.
  package func extendedAttributeNames() throws(SystemError) -> [[UInt8]] {
    let number = number
    let (bytes, result) = unsafe grownBytes(startingWith: 1024, fillsExactly: true) { buffer in
      unsafe clinux_list_attributes(number, nil, buffer.baseAddress, buffer.count)
    }
    if isWithoutAttributes(result) { return [] }
    try check(result, "list extended attributes of")
    return names(in: bytes)
  }

  package func extendedAttributeNames(of name: PathBytes) throws(SystemError) -> [[UInt8]] {
    let number = number
    let (bytes, result) = unsafe attributeBytes(of: name) { name, buffer in
      unsafe clinux_list_attributes(number, name, buffer.baseAddress, buffer.count)
    }
    if isWithoutAttributes(result) { return [] }
    try check(result, "list extended attributes of", name)
    return names(in: bytes)
  }

  package func extendedAttribute(_ attribute: [UInt8]) throws(SystemError) -> [UInt8] {
    let number = number
    let (bytes, result) = unsafe attributeBytes(of: attribute) { attribute, buffer in
      unsafe clinux_get_attribute(number, nil, attribute, buffer.baseAddress, buffer.count)
    }
    try check(result, "read an extended attribute of")
    return bytes
  }

  package func extendedAttribute(_ attribute: [UInt8], of name: PathBytes) throws(SystemError) -> [UInt8] {
    let number = number
    var value: [UInt8] = []
    let result = unsafe withCName(attribute) { attribute in
      let (bytes, result) = unsafe attributeBytes(of: name) { name, buffer in
        unsafe clinux_get_attribute(number, name, attribute, buffer.baseAddress, buffer.count)
      }
      value = bytes
      return result
    }
    try check(result, "read an extended attribute of", name)
    return value
  }

  /// Makes the attribute or replaces its value.
  package func setExtendedAttribute(_ attribute: [UInt8], to value: [UInt8]) throws(SystemError) {
    let number = number
    let result = unsafe withCName(attribute) { attribute in
      unsafe value.withUnsafeBytes { unsafe clinux_set_attribute(number, nil, attribute, $0.baseAddress, $0.count) }
    }
    try check(result, "set an extended attribute of")
  }

  package func setExtendedAttribute(
    _ attribute: [UInt8], to value: [UInt8], of name: PathBytes
  ) throws(SystemError) {
    let number = number
    let result = unsafe withCNames(attribute, name) { attribute, name in
      unsafe value.withUnsafeBytes { unsafe clinux_set_attribute(number, name, attribute, $0.baseAddress, $0.count) }
    }
    try check(result, "set an extended attribute of", name)
  }

  package func removeExtendedAttribute(_ attribute: [UInt8]) throws(SystemError) {
    let number = number
    try check(
      unsafe withCName(attribute) { unsafe clinux_remove_attribute(number, nil, $0) },
      "remove an extended attribute of")
  }

  package func removeExtendedAttribute(_ attribute: [UInt8], of name: PathBytes) throws(SystemError) {
    let number = number
    try check(
      unsafe withCNames(attribute, name) { unsafe clinux_remove_attribute(number, $1, $0) },
      "remove an extended attribute of", name)
  }
}

/// Asks for bytes about `name` until they fit.
private func attributeBytes(
  of name: [UInt8], _ fill: (UnsafePointer<CChar>, UnsafeMutableRawBufferPointer) -> Int
) -> (bytes: [UInt8], result: Int) {
  var found: [UInt8] = []
  let result = unsafe withCName(name) { name in
    let (bytes, result) = unsafe grownBytes(startingWith: 1024, fillsExactly: true) { unsafe fill(name, $0) }
    found = bytes
    return result
  }
  return (found, result)
}

private func isWithoutAttributes(_ result: Int) -> Bool {
  result == Int(-ENOTSUP) || result == Int(-EOPNOTSUPP) || result == Int(-ENOSYS)
}

/// The names between NULs.
private func names(in bytes: [UInt8]) -> [[UInt8]] { bytes.split(separator: 0).map(Array.init) }
