package import CoffreCore
import CoffreHTTP
import Synchronization

extension RESTStore {
  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    if prefix == .all {
      if let size = try size(of: .config, .list, "config") {
        try each(StoredObject(key: StoreKey("config"), sizeInBytes: size))
      }
      for kind in Kind.allCases { try list(kind, below: "", each) }
      return
    }
    let parts = prefix.path.split(separator: "/")
    guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }) else { return }
    try list(kind, below: prefix.path + "/", each)
  }

  private func list(_ kind: Kind, below start: String, _ each: (StoredObject) throws(StoreError) -> Void)
    throws(StoreError)
  {
    let entries = try entries(of: kind)
    // A name that comes twice is one object.
    var told: Set<StoreKey> = []
    for entry in entries {
      guard let key = kind.key(named: entry.name), key.path.hasPrefix(start), told.insert(key).inserted else {
        continue
      }
      var size = entry.size
      if size == nil {
        observed.withLock { $0.listsNamesOnly = true }
        size = try self.size(of: .object(kind, name: entry.name), .list, key.path)
      }
      // Removed since it was listed.
      guard let size else { continue }
      try each(StoredObject(key: key, sizeInBytes: size))
    }
  }

  private func entries(of kind: Kind) throws(StoreError) -> [RESTList.Entry] {
    let response: HTTPResponse
    let body: [UInt8]
    do throws(HTTPError) {
      (response, body) = try client.collect(request(.get, kind.rawValue + "/"), upTo: Self.largestList)
    } catch {
      throw self.error(error, .list, kind.rawValue)
    }
    if response.status == 404 {
      // rclone means that it could not list; others, that there is no such folder, or no repository.
      let isRclone = response.headers["server"]?.hasPrefix("rclone/") == true
      guard !isRclone, try mayBeEmpty() else { throw error(response, .list, kind.rawValue) }
      return []
    }
    guard response.isSuccess else { throw error(response, .list, kind.rawValue) }
    do throws(RESTList.Malformed) {
      return try RESTList.entries(in: body.span)
    } catch {
      throw StoreError(
        .failed, .list, kind.rawValue, because: "the list cannot be read: \(error.problem)",
        remedy: "Check the address: a server that speaks restic's REST protocol has to answer there.")
    }
  }
}
