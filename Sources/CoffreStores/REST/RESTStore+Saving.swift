package import CoffreCore
import CoffreHTTP
import CoffreSystem

extension RESTStore {
  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    let place = Place(key)
    guard let path = place.path else {
      throw StoreError(.refused, .save, key.path, because: "repositories have no such object")
    }
    let response = try upload(bytes, to: path, place, key)
    if response.isSuccess { return try trust(response, bytes.count, place, key) }
    guard [403, 409].contains(response.status) else { throw error(response, .save, key.path) }
    try replace(with: bytes, path, place, key, refusedBy: response)
  }

  private func upload(_ bytes: Span<UInt8>, to path: String, _ place: Place, _ key: StoreKey) throws(StoreError)
    -> HTTPResponse
  {
    var request = request(.post, path)
    request.urgency = .finishing
    var nothing: [UInt8] = [UInt8](repeating: 0, count: 64 << 10)
    var answer = nothing.mutableSpan
    do throws(HTTPError) {
      return try client.send(request, body: bytes, into: &answer)
    } catch {
      // Not every server keeps an upload that broke off to itself.
      if error.mayHaveReachedServer, !place.isConfig { _ = try? delete(place, key) }
      throw self.error(error, .save, key.path)
    }
  }

  /// 200 or 201 to a body of announced length: it came whole and is kept (decision 13). Other successes, such as the 202 of
  /// a proxy that will pass it on later, promise less: then the server is asked what it has.
  private func trust(_ response: HTTPResponse, _ count: Int, _ place: Place, _ key: StoreKey) throws(StoreError) {
    if response.status != 200, response.status != 201 { try verify(count, place, key) }
  }

  /// At least as many bytes as were sent must be there.
  private func verify(_ count: Int, _ place: Place, _ key: StoreKey) throws(StoreError) {
    let kept = try size(of: place, .save, key.path, urgency: .finishing)
    guard kept != Int64(count) else { return }
    if !place.isConfig { _ = try? delete(place, key) }
    guard let kept else { throw lie("it took the object and does not have it", .save, key.path) }
    throw lie("it was sent \(count) bytes and keeps \(kept)", .save, key.path)
  }

  /// Many servers let nothing be replaced. What lies there is ours, from an attempt whose answer was lost; or the remains
  /// of one that broke off, and has to go first. The configuration alone may be somebody else's: it stays.
  private func replace(
    with bytes: Span<UInt8>, _ path: String, _ place: Place, _ key: StoreKey, refusedBy refusal: HTTPResponse
  ) throws(StoreError) {
    guard let size = try size(of: place, .save, key.path, urgency: .finishing) else {
      throw error(refusal, .save, key.path)
    }
    if size == Int64(bytes.count), try holdsExactly(bytes, key) { return }
    guard !place.isConfig else {
      throw StoreError(.refused, .save, key.path, because: "there is another one, which the server does not let go")
    }
    if let removal = try delete(place, key), !removal.isSuccess, removal.status != 404 {
      throw StoreError(
        .refused, .save, key.path,
        because: "another object of that name lies there, and the server answered \(removal.statusText) to its removal",
        remedy: "Remove it on the machine that keeps the repository, then run the command again.")
    }
    let response = try upload(bytes, to: path, place, key)
    guard response.isSuccess else { throw error(response, .save, key.path) }
    try trust(response, bytes.count, place, key)
  }

  private func holdsExactly(_ bytes: Span<UInt8>, _ key: StoreKey) throws(StoreError) -> Bool {
    var kept = [UInt8](repeating: 0, count: bytes.count)
    var buffer = kept.mutableSpan
    let count = try load(key, range: nil, into: &buffer, urgency: .finishing)
    return count == bytes.count && areEqual(kept.span, bytes)
  }
}
