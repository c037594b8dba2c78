import CoffreCore
import CoffreRepository
import CoffreSystem

/// How a repository is pruned: shared by `repo prune` and `snapshot forget --prune`.
enum PruneOptions {
  static let maxUnused = OptionSpec(
    "max-unused", nil, .text("limit"), help: "let so much unused data stay: '5%', '500M' or 'unlimited'",
    defaultValue: "5%")
  static let maxRepackSize = OptionSpec(
    "max-repack-size", nil, .size("size"), help: "write no more than so much anew", defaultText: "no limit")
  static let repackCacheableOnly = OptionSpec(
    "repack-cacheable-only", help: "write only packs of trees anew")
  static let repackUncompressed = OptionSpec(
    "repack-uncompressed", help: "also compress what is stored plain")
  static let repackSmall = OptionSpec(
    "repack-small", help: "join packs below 80 % of the usual size")
  static let repackSmallerThan = OptionSpec(
    "repack-smaller-than", nil, .size("size"), help: "join packs below this size", defaultText: "by their usual size")
  static let paranoid = OptionSpec(
    "paranoid", help: "open and hash every blob that moves, and copies that stay")
  static let allowEmpty = OptionSpec(
    "allow-empty", help: "go on without any snapshot, which frees everything")

  static let all = [
    maxUnused, maxRepackSize, repackCacheableOnly, repackUncompressed, repackSmall, repackSmallerThan, paranoid,
    allowEmpty,
  ]
  /// Those that have something written anew, or limit how much.
  static let repacking = [maxRepackSize, repackCacheableOnly, repackUncompressed, repackSmall, repackSmallerThan]
  static let exclusive = [["repack-small", "repack-smaller-than"]]

  static func request(_ arguments: ParsedArguments) throws -> PruneRequest {
    var request = PruneRequest(threadCount: processorCount)
    let text = arguments.text(maxUnused) ?? "5%"
    guard let limit = limit(text) else {
      throw UsageError(
        "'\(text)' is no limit for unused data",
        advice: "Give a share below 100 % such as '5%', a size such as '500M', or 'unlimited'.")
    }
    request.maxUnused = limit
    request.maxRepackBytes = arguments.size(maxRepackSize)
    request.repacksCacheableOnly = arguments.isOn(repackCacheableOnly)
    request.compresses = arguments.isOn(repackUncompressed)
    request.smallPackBytes = arguments.size(repackSmallerThan)
    if arguments.isOn(repackSmall) { request.smallPackBytes = Int64(request.packSize) / 5 * 4 }
    if let bytes = request.smallPackBytes, bytes > Int64(request.packSize) {
      throw UsageError(
        "packs of \(byteText(Int64(request.packSize))) are what prune writes: it cannot join larger ones",
        advice: "Give --repack-smaller-than a smaller size.")
    }
    request.isParanoid = arguments.isOn(paranoid)
    request.allowsEmpty = arguments.isOn(allowEmpty)
    return request
  }

  static func limit(_ text: String) -> UnusedLimit? {
    if text == "unlimited" { return .unlimited }
    if text.hasSuffix("%") {
      guard let percent = Double(text.dropLast()), percent >= 0, percent < 100 else { return nil }
      return .percent(percent)
    }
    return ValueSyntax.size(text).map { .bytes($0) }
  }
}
