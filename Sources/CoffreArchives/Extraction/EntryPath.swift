import CoffreCore

/// Where an entry of a foreign archive may go: its path, cleaned.
enum EntryPath {
  case inside([PathBytes])
  /// The target itself.
  case top
  /// It leads out, or no file may have that name.
  case hostile(Message)

  /// An absolute path counts from the target, as every tool has it.
  init(_ path: PathBytes) {
    let parts = components(of: path)
    if path.contains(0) {
      self = .hostile("its name holds a NUL")
    } else if parts.contains(Array("..".utf8)) {
      self = .hostile("its path leads upwards with '..'")
    } else if parts.contains(where: { $0.count > 255 }) {
      self = .hostile("a part of its path is longer than 255 bytes")
    } else {
      self = parts.isEmpty ? .top : .inside(parts)
    }
  }
}
