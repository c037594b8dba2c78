import CCurl
import CoffreSystem

/// What the library's callbacks work on during one request. They run on the requesting thread, inside `CurlHandle`.
@safe final class Transfer {
  /// Where a successful answer's body goes.
  @unsafe enum Sink {
    /// A buffer of the caller's; what does not fit is an error.
    case buffer(UnsafeMutableRawBufferPointer)
    /// An array that grows up to a limit.
    case array(limit: Int)
  }

  static let largestHeaders = 64 << 10
  static let longestComplaint = 1024

  let source: UnsafeRawBufferPointer
  let sink: Sink
  /// Of a whole that came instead of the part.
  private var bytesToPassOver: Int64 = 0
  private let part: Range<Int64>?
  private let settings: CurlSettings
  private var sent = 0

  private(set) var status = 0
  private(set) var headers: [String: String] = [:]
  private var headerBytes = 0
  private(set) var received = 0
  private(set) var collected: [UInt8] = []
  private(set) var complaint: [UInt8] = []
  private var lastMove = Clock.monotonic()
  /// Why a callback ended the request; the library only tells that one did.
  private(set) var problem: CurlError?
  /// The whole came, and the part of it is there: the rest need not.
  private(set) var hasEnough = false

  init(_ request: CurlRequest, _ settings: CurlSettings, source: UnsafeRawBufferPointer, sink: Sink) {
    part = request.part
    self.settings = settings
    unsafe self.source = source
    unsafe self.sink = sink
  }

  /// How long no byte has moved.
  var idle: Duration { Clock.monotonic() - lastMove }

  private var isSuccess: Bool { (200..<300).contains(status) }
}

// MARK: What comes

extension Transfer {
  /// One line of the header. A new status line begins a new answer: `100 Continue` is followed by the real one.
  func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    lastMove = Clock.monotonic()
    headerBytes += line.count
    guard headerBytes <= Self.largestHeaders else {
      problem = CurlError(.malformed, "the server sent more than 64 KiB of headers")
      return false
    }
    let text = unsafe String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      headers = [:]
      bytesToPassOver = status == 200 ? part?.lowerBound ?? 0 : 0
      return true
    }
    guard let colon = text.firstIndex(of: ":") else { return true }
    let value = text[text.index(after: colon)...]
    headers[text[..<colon].lowercased()] = Self.trimmed(value)
    return true
  }

  private static func trimmed(_ text: Substring) -> String {
    let body = text.drop { $0.isWhitespace }
    guard let end = body.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(body[...end])
  }

  /// A piece of the body. What is no success goes to `complaint`, never into the caller's buffer.
  func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    if let pace = settings.receivingPace { pace.wait(for: piece.count) }
    lastMove = Clock.monotonic()
    guard isSuccess else {
      let room = Self.longestComplaint - complaint.count
      if room > 0 { unsafe complaint.append(contentsOf: piece.prefix(room)) }
      // Nobody reads on; a short one is read to its end, so that the connection can be used again.
      received += piece.count
      return received < 64 << 10
    }
    var wanted = unsafe piece
    if bytesToPassOver > 0 {
      let skipped = Int(min(bytesToPassOver, Int64(piece.count)))
      bytesToPassOver -= Int64(skipped)
      unsafe wanted = UnsafeRawBufferPointer(rebasing: piece.dropFirst(skipped))
    }
    return unsafe store(wanted)
  }

  private func store(_ piece: UnsafeRawBufferPointer) -> Bool {
    switch unsafe sink {
    case .buffer(let buffer):
      let room = buffer.count - received
      if piece.count > room, part != nil, status == 200 {
        // The whole was sent instead of a part: the part is complete.
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.dropFirst(received))
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: piece.prefix(room)))
        received += room
        hasEnough = true
        return false
      }
      guard piece.count <= room else {
        problem = CurlError(.tooLarge, "the answer has more than {1} bytes", number: buffer.count)
        return false
      }
      guard piece.count > 0 else { return true }
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.dropFirst(received)).copyMemory(from: piece)
    case .array(let limit):
      guard piece.count <= limit - received else {
        problem = CurlError(.tooLarge, "the answer has more than {1} bytes", number: limit)
        return false
      }
      unsafe collected.append(contentsOf: piece)
    }
    received += piece.count
    return true
  }
}

// MARK: What goes

extension Transfer {
  /// - Returns: how many bytes were put there.
  func giveBody(into target: UnsafeMutableRawBufferPointer) -> Int {
    var count = unsafe min(target.count, source.count - sent)
    if let pace = settings.sendingPace {
      count = min(count, pace.pieceSize)
      pace.wait(for: count)
    }
    lastMove = Clock.monotonic()
    guard count > 0 else { return 0 }
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[sent..<(sent + count)]))
    sent += count
    return count
  }

  /// The library begins again on a new connection if an old one turns out to be closed.
  func goBack(to offset: Int64) -> Bool {
    guard offset >= 0, unsafe offset <= Int64(source.count) else { return false }
    sent = Int(offset)
    return true
  }
}

// MARK: Callbacks

extension Transfer {
  /// Has the library call this object.
  ///
  /// - Precondition: it lives until the request has ended.
  func attach(to easy: UnsafeMutableRawPointer) -> CURLcode {
    unsafe coffre_curl_set_callbacks(
      easy, Unmanaged.passUnretained(self).toOpaque(),
      { bytes, size, count, context in
        unsafe Transfer.from(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
          ? size * count : 0
      },
      { bytes, size, count, context in
        let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Any other number than that of the bytes ends the request.
        return unsafe Transfer.from(context).takeBody(piece) ? size * count : size * count + 1
      },
      { bytes, size, count, context in
        let target = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return unsafe Transfer.from(context).giveBody(into: target)
      },
      { context, offset, origin in
        guard origin == SEEK_SET, unsafe Transfer.from(context).goBack(to: Int64(offset)) else {
          return CURL_SEEKFUNC_FAIL
        }
        return CURL_SEEKFUNC_OK
      })
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
    guard let context = unsafe context else { preconditionFailure("a callback without its transfer") }
    return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }
}
