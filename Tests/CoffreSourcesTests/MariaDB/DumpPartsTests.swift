import Testing

@testable import CoffreSources

@Suite("Parts of dumps of several databases")
struct DumpPartsTests {
  private static let (shop, other) = (Array("shop".utf8), Array("other".utf8))

  @Test func `what stands behind the wanted database's name is wanted, each time`() {
    var parts = DumpParts(wanted: Self.shop)
    #expect(parts.place == .nowhere)
    let made = [Self.other, Self.shop, Self.shop].map { parts.make($0) }
    #expect(made == [false, true, false], "what the wanted one is like is said once")
    #expect(parts.place == .nowhere, "making is not using")
    let places = [Self.other, Self.shop, Self.other, Self.shop].map { name in
      parts.use(name)
      return parts.place
    }
    #expect(places == [.elsewhere, .wanted, .elsewhere, .wanted])
    #expect(parts.found == [Self.other, Self.shop] && parts.others == [Self.other] && !parts.isListing)
  }

  @Test func `what was loaded is not dropped`() {
    var parts = DumpParts(wanted: Self.shop)
    let isAllowed = parts.drop(Self.shop)
    #expect(isAllowed && parts.found.isEmpty, "as dumps do before they make it")
    parts.use(Self.shop)
    let isAllowedNow = parts.drop(Self.shop)
    #expect(!isAllowedNow)
    parts.use(Self.other)
    let isAllowedElsewhere = parts.drop(Self.other)
    #expect(isAllowedElsewhere && parts.place == .nowhere)
  }

  @Test func `a dump that names a database is only looked through if none is wanted by its name`() {
    var parts = DumpParts(wanted: nil)
    #expect(parts.place == .wanted && !parts.isListing)
    let isWanted = parts.make(Self.shop)
    #expect(!isWanted && parts.place == .elsewhere && parts.isListing)
    parts.use(Self.shop)
    #expect(parts.place == .elsewhere && parts.found == [Self.shop])
    var dropping = DumpParts(wanted: nil)
    _ = dropping.drop(Self.shop)
    #expect(dropping.isListing && dropping.place == .elsewhere && dropping.found.isEmpty)
  }
}
