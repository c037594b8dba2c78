import CArchive
import Glibc

/// libarchive takes names as being in the locale's encoding and converts them as formats demand. This program has no
/// locale; while a header is written, its thread gets one of UTF-8 or the plain one of bytes.
enum NameEncoding {
  case utf8, bytes

  /// The locales live as long as the process.
  @safe private struct Locales: @unchecked Sendable {  // never changed once made
    let utf8: locale_t?
    let bytes: locale_t?

    init() {
      let characters: Int32 = 1 << 0  // LC_CTYPE_MASK, a macro that is not imported
      unsafe utf8 =
        newlocale(characters, "C.UTF-8", nil) ?? newlocale(characters, "C.utf8", nil)
        ?? newlocale(characters, "en_US.UTF-8", nil)
      unsafe bytes = newlocale(characters, "C", nil)
    }
  }

  private static let locales = Locales()

  /// Runs `body` with the locale on this thread. Where the system has none of UTF-8, names are written as bytes.
  func during<Result>(_ body: () -> Result) -> Result {
    // The library takes a name that has no such form for a lack of memory if an earlier call of anybody's left that here.
    errno = 0
    let chosen = unsafe self == .utf8 ? Self.locales.utf8 : Self.locales.bytes
    guard let chosen = unsafe chosen else { return body() }
    let before = unsafe uselocale(chosen)
    defer { _ = unsafe uselocale(before) }
    return body()
  }
}
