package import CoffreCore

extension Language {
  package static let french = Language(
    code: "fr", phrase: { frenchPhrases[$0] }, decimalSeparator: ",",
    byteUnits: ["o", "Kio", "Mio", "Gio", "Tio", "Pio", "Eio"], isSingular: { (-1...1).contains($0) })
}

/// Read when the first of them is wanted: who reads English does not wait for it.
private let frenchPhrases = Catalogue.phrases(in: Catalogue.french)
