package import CoffreCore

extension Language {
  package static let french = Language(
    code: "fr", phrases: Catalogue.phrases(in: Catalogue.french), decimalSeparator: ",",
    byteUnits: ["o", "Kio", "Mio", "Gio", "Tio", "Pio", "Eio"], isSingular: { (-1...1).contains($0) })
}
