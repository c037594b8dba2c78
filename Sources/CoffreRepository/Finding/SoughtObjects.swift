import CoffreCore

/// Blobs and trees that are looked for by their ids.
package struct SoughtObjects: Sendable {
  private var data: [IDPrefix] = []
  private var trees: [IDPrefix] = []
  private var exactData = BlobIDSet()
  private var exactTrees = BlobIDSet()

  package init() {}

  package static func blobs(_ prefixes: [IDPrefix]) -> SoughtObjects {
    var sought = SoughtObjects()
    sought.data = prefixes
    return sought
  }

  package static func trees(_ prefixes: [IDPrefix]) -> SoughtObjects {
    var sought = SoughtObjects()
    sought.trees = prefixes
    return sought
  }

  package mutating func add(_ id: BlobID, _ kind: BlobKind) {
    if kind == .data { exactData.insert(id) } else { exactTrees.insert(id) }
  }

  func holds(_ id: BlobID, _ kind: BlobKind) -> Bool {
    switch kind {
    case .data: exactData.contains(id) || data.contains { $0.matches(id) }
    case .tree: exactTrees.contains(id) || trees.contains { $0.matches(id) }
    }
  }

  var hasData: Bool { !data.isEmpty || !exactData.isEmpty }
}

extension Repository {
  /// All that packs hold, by the index; packs in no index are asked themselves.
  package func objects(inPacks prefixes: [IDPrefix], index: BlobIndex) throws -> SoughtObjects {
    var sought = SoughtObjects()
    let known = Set(index.packs.map(\.id))
    let listed = try store.listObjects(.pack)
    for prefix in prefixes {
      var isFound = false
      for pack in index.packs where prefix.matches(pack.id) {
        isFound = true
        for entry in pack.entries { sought.add(index.id(ofEntry: entry), index.kind(ofEntry: entry)) }
      }
      for object in listed where prefix.matches(object.id) && !known.contains(object.id) {
        isFound = true
        for entry in try packHeader(of: object, with: makeCodec()).entries { sought.add(entry.id, entry.kind) }
      }
      guard isFound else { throw RepositoryError.noSuchObject(kind: "pack", prefix.text) }
    }
    return sought
  }
}
