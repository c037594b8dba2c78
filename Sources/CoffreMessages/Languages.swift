package import CoffreCore

/// The languages that Coffre speaks.
package enum Languages {
  package static let all: [Language] = [.english, .french]

  /// The one asked for by its code, else that of the locale, else English.
  ///
  /// - Parameter environment: gives variables; `LC_ALL` wins over `LC_MESSAGES`, that over `LANG` (POSIX).
  package static func chosen(by code: String?, environment: (String) -> String?) -> Language {
    if let code, let language = all.first(where: { $0.code == code }) { return language }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment($0) }.first { !$0.isEmpty }
    let code = locale?.split { !$0.isLetter }.first.map(String.init)
    return all.first { $0.code == code } ?? .english
  }
}
