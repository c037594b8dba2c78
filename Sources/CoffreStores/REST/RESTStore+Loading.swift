package import CoffreCore
import CoffreHTTP

extension RESTStore {
  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    try load(key, range: range, into: &buffer, urgency: .abandonable)
  }

  func load(
    _ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>, urgency: HTTPRequest.Urgency
  ) throws(StoreError) -> Int {
    let place = Place(key)
    guard let path = place.path else {
      throw StoreError(.notFound, .load, key.path, because: "repositories have no such object")
    }
    if let range, range.isEmpty {
      try checkReaches(range.upperBound, place, key)
      return 0
    }
    var request = request(.get, path)
    request.part = range
    request.urgency = urgency
    let room = buffer.count
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try client.send(request, body: Span(), into: &buffer)
    } catch {
      guard error.kind == .tooLarge else { throw self.error(error, .load, key.path) }
      guard range == nil else { throw lie("it sends more than was asked for", .load, key.path) }
      throw StoreError(.truncated, .load, key.path, because: "it has more than the \(room) bytes that were expected")
    }
    guard response.isSuccess else { throw error(response, .load, key.path) }
    if let range { try checkPart(range, response, key) }
    if range == nil, response.status == 206 { throw lie("it sends a part of the whole", .load, key.path) }
    return response.bodyCount
  }

  /// A part that comes short is the object's end, or the server's fault.
  private func checkPart(_ range: Range<Int64>, _ response: HTTPResponse, _ key: StoreKey) throws(StoreError) {
    let told = response.status == 206 ? response.headers["content-range"].flatMap { ContentRange($0) } : nil
    if let told, told.first != range.lowerBound {
      throw lie("it sends another part than was asked for", .load, key.path)
    }
    guard response.bodyCount < range.count else { return }
    if let size = told?.size, size >= range.upperBound {
      throw lie("it has \(size) bytes and sends \(response.bodyCount) of \(range.count)", .load, key.path)
    }
    throw StoreError(
      .truncated, .load, key.path,
      because: "\(response.bodyCount) of \(range.count) bytes are there, from byte \(range.lowerBound) on")
  }

  /// HTTP has no empty ranges.
  private func checkReaches(_ end: Int64, _ place: Place, _ key: StoreKey) throws(StoreError) {
    guard let size = try size(of: place, .load, key.path) else {
      throw StoreError(.notFound, .load, key.path, because: "the server answered 404 Not Found")
    }
    guard end <= size else {
      throw StoreError(.truncated, .load, key.path, because: "it has \(size) bytes, \(end) were expected")
    }
  }
}
