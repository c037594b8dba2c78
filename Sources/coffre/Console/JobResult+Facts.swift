import CoffreCore

extension JobResult {
  private func value(_ name: String) -> JobFact.Value? { facts.first { $0.name == name }?.value }

  func has(_ name: String) -> Bool { value(name) != nil }
  func text(_ name: String) -> String? { if case .text(let text) = value(name) { text } else { nil } }
  func count(_ name: String) -> Int { if case .count(let count) = value(name) { count } else { 0 } }
  func flag(_ name: String) -> Bool { if case .flag(let flag) = value(name) { flag } else { false } }
  func list(_ name: String) -> [String] { if case .list(let list) = value(name) { list } else { [] } }
  func bytes(_ name: String) -> Int64 { if case .bytes(let bytes) = value(name) { bytes } else { 0 } }
  func duration(_ name: String) -> Duration {
    if case .duration(let duration) = value(name) { duration } else { .zero }
  }
}
