package import CoffreCore
package import CoffreStores
import Synchronization

/// What it answers where no fault was asked for: restic's REST protocol, as rest-server speaks it.
extension HostileServer {
  func response(to request: Request) -> Response {
    var response = plainResponse(to: request)
    if let name = manners.serverName { response.headers["Server"] = name }
    return response
  }

  private func plainResponse(to request: Request) -> Response {
    let start = "/repository/"
    guard request.path.hasPrefix(start) else { return Response(status: 404) }
    let path = String(request.path.dropFirst(start.count))
    if path.isEmpty { return Response(status: request.query == "create=true" ? 200 : 400) }
    if path.hasSuffix("/") { return list(path, request) }
    switch request.method {
    case "POST": return save(path, request.body)
    case "DELETE": return remove(path)
    case "GET", "HEAD": return load(path, request)
    default: return Response(status: 405)
    }
  }

  private func save(_ path: String, _ bytes: [UInt8]) -> Response {
    state.withLock { state in
      guard manners.replaces || state.objects[path] == nil else { return Response(status: 403) }
      state.objects[path] = bytes
      return Response(status: 200)
    }
  }

  private func remove(_ path: String) -> Response {
    if manners.appendOnly, !path.hasPrefix("locks/") { return Response(status: 403) }
    state.withLock { _ = $0.objects.removeValue(forKey: path) }
    return Response(status: 200)
  }

  private func load(_ path: String, _ request: Request) -> Response {
    guard let bytes = state.withLock({ $0.objects[path] }) else { return Response(status: 404) }
    guard manners.knowsRanges, let wish = request.headers["range"], wish.hasPrefix("bytes=") else {
      return Response(status: 200, body: bytes)
    }
    let ends = wish.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first ?? nil, first < bytes.count else {
      return Response(status: 416, headers: ["Content-Range": "bytes */\(bytes.count)"])
    }
    let last = min((ends.count > 1 ? ends[1] : nil) ?? bytes.count - 1, bytes.count - 1)
    return Response(
      status: 206, headers: ["Content-Range": "bytes \(first)-\(last)/\(bytes.count)"],
      body: Array(bytes[first...last]))
  }

  private func list(_ folder: String, _ request: Request) -> Response {
    let found = state.withLock { state in
      state.objects.filter { $0.key.hasPrefix(folder) }.map { ($0.key.dropFirst(folder.count), $0.value.count) }
    }
    let version2 = "application/vnd.x.restic.rest.v2"
    guard request.headers["accept"] == version2, !manners.listsNamesOnly else {
      let names = found.map { "\"\($0.0)\"" }.joined(separator: ",")
      return Response(
        status: 200, headers: ["Content-Type": "application/vnd.x.restic.rest.v1"], body: Array("[\(names)]".utf8))
    }
    let entries = found.map { "{\"name\":\"\($0.0)\",\"size\":\($0.1)}" }.joined(separator: ",")
    return Response(status: 200, headers: ["Content-Type": version2], body: Array("[\(entries)]".utf8))
  }
}

// MARK: Stores

extension HostileServer {
  /// A place for one repository, made; without waiting when something fails, unless the pace is changed.
  package func makeStore(_ change: (inout StoreContext) -> Void = { _ in }) throws -> any Store {
    var context = StoreContext { _ in nil }
    context.pace = .none
    change(&context)
    guard let driver = Builtins.driver(for: Array(location.utf8)) else {
      throw RestServer.Failed(description: "no store for \(location)")
    }
    return try driver.create(Array(location.utf8), context)
  }
}
