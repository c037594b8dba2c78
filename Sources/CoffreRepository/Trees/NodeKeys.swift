/// The constant parts of a node's text, as bytes made once.
final class NodeKeys: Sendable {
  /// From mode to links: all keys, seven numbers and three times at their longest; without user and group.
  static let maximumAttributeCount = 400
  /// Device, the key of the content and the subtree at their longest.
  static let maximumContentCount = 140

  let name = Array("{\"name\":\"".utf8)
  let type = Array(",\"type\":\"".utf8)
  let mode = Array(",\"mode\":".utf8)
  let modified = Array(",\"mtime\":\"".utf8)
  let accessed = Array("\",\"atime\":\"".utf8)
  let changed = Array("\",\"ctime\":\"".utf8)
  let userID = Array("\",\"uid\":".utf8)
  let groupID = Array(",\"gid\":".utf8)
  let user = Array(",\"user\":\"".utf8)
  let group = Array(",\"group\":\"".utf8)
  let inode = Array(",\"inode\":".utf8)
  let deviceID = Array(",\"device_id\":".utf8)
  let size = Array(",\"size\":".utf8)
  let links = Array(",\"links\":".utf8)
  let linkTarget = Array(",\"linktarget\":\"".utf8)
  let rawLinkTarget = Array(",\"linktarget_raw\":\"".utf8)
  let extendedAttributes = Array(",\"extended_attributes\":[".utf8)
  let value = Array(",\"value\":\"".utf8)
  let genericAttributes = Array(",\"generic_attributes\":".utf8)
  let device = Array(",\"device\":".utf8)
  let content = Array(",\"content\":[".utf8)
  let noContent = Array(",\"content\":null".utf8)
  let subtree = Array(",\"subtree\":\"".utf8)
  let error = Array(",\"error\":\"".utf8)

  private let file = NodeKeys.type(.file)
  private let directory = NodeKeys.type(.directory)
  private let symlink = NodeKeys.type(.symlink)
  private let blockDevice = NodeKeys.type(.blockDevice)
  private let characterDevice = NodeKeys.type(.characterDevice)
  private let fifo = NodeKeys.type(.fifo)
  private let socket = NodeKeys.type(.socket)

  private static func type(_ kind: NodeKind) -> [UInt8] { Array(",\"type\":\"\(kind.name)\"".utf8) }

  /// Key and value of a type this program knows.
  func typed(_ kind: NodeKind) -> [UInt8] {
    switch kind {
    case .file: file
    case .directory: directory
    case .symlink: symlink
    case .blockDevice: blockDevice
    case .characterDevice: characterDevice
    case .fifo: fifo
    case .socket: socket
    case .other: NodeKeys.type(kind)
    }
  }
}
