extension HostileServer {
  /// How much of the repository it sent, by the ranges that were asked for.
  package var bytesSent: Int {
    let objects = objects
    return requests.filter { $0.method == "GET" }.reduce(0) { sum, request in
      let whole = objects[String(request.path.dropFirst("/repository/".count))]?.count ?? 0
      let range = request.headers["range"]?.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) } ?? []
      guard range.count == 2 else { return sum + whole }
      return sum + min(range[1], whole - 1) - range[0] + 1
    }
  }
}
