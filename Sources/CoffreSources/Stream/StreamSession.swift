package import CoffreCore
import CoffreSystem
import Synchronization

/// One file made of what a stream brings: standard input, or what a command prints.
///
/// For a command, `finish` waits for its end: an exit status other than 0 fails the backup, whatever had been read.
package final class StreamSession: SourceSession {
  package enum Origin: Sendable {
    case standardInput
    /// Words of a command; run without a shell.
    case command([[UInt8]])
  }

  package let top: any UnopenedDirectory
  package let paths: [PathBytes]
  private let stream: Stream

  /// - Parameter fileName: where the stream lies in the snapshot, as an absolute path; folders above it are made up.
  package init(_ origin: Origin, fileName: PathBytes, cancellation: Cancellation) throws(SourceError) {
    let parts = components(of: fileName)
    guard let last = parts.last, !parts.contains(Array("..".utf8)) else {
      throw SourceError(.hostile, "use the name", fileName, because: "it is no name for a file")
    }
    let stream = try Stream(origin, name: last, cancellation: cancellation)
    self.stream = stream
    top = StreamDirectory(folders: parts.dropLast(), name: last, stream: stream)
    paths = [joined([UInt8(ascii: "/")], Array(parts.joined(separator: [UInt8(ascii: "/")])))]
  }

  package func userName(of id: UInt32) -> String { stream.names.userName(of: id) }
  package func groupName(of id: UInt32) -> String { stream.names.groupName(of: id) }
  package func finish() throws(SourceError) -> [SourceNote] {
    try stream.finish()
    return stream.isEmpty ? [SourceNote(subject: displayed(paths[0]), message: "the stream was empty")] : []
  }
  package func close() { stream.stop() }
}

/// The bytes, which can be read once.
private final class Stream: Sendable {
  let names = AccountNames()
  let now: Timestamp
  private let child: ChildProcess?
  private let name: PathBytes
  private let cancellation: Cancellation
  private let wasTaken = Atomic<Bool>(false)
  private let reachedEnd = Atomic<Bool>(false)
  private let hasBytes = Atomic<Bool>(false)

  init(_ origin: StreamSession.Origin, name: PathBytes, cancellation: Cancellation) throws(SourceError) {
    self.name = name
    self.cancellation = cancellation
    now = Clock.now().at(utcOffset: 0)
    guard case .command(let words) = origin else {
      child = nil
      return
    }
    do throws(SystemError) {
      child = try ChildProcess.start(words, output: .piped, errors: .inherited)
    } catch {
      throw SourceError(.toolFailed, "run", words.first ?? [], because: error.cause)
    }
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    do throws(SystemError) {
      let count = if let child { try read(child, into: &buffer) } else { try readInput(into: &buffer) }
      if cancellation.isCancelled { throw SystemError.notFound(name) }
      if count == 0 { reachedEnd.store(true, ordering: .relaxed) } else { hasBytes.store(true, ordering: .relaxed) }
      return count
    } catch {
      if cancellation.isCancelled { throw SourceError(.cancelled, "read", name, because: "the run was cancelled") }
      throw SourceError(error, "read", name)
    }
  }

  /// A cancelled run ends the command, and with it the wait for its output.
  private func read(_ child: ChildProcess, into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    try cancellation.whenCancelled {
      child.endSoon()
    } during: { () throws(SystemError) in
      try child.read(into: &buffer)
    }
  }

  private func readInput(into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    while !cancellation.isCancelled, try !StandardStream.input.isReadable(within: 200) {}
    return cancellation.isCancelled ? 0 : try StandardStream.input.read(into: &buffer)
  }

  /// Whether not one byte came.
  var isEmpty: Bool { !hasBytes.load(ordering: .relaxed) }

  /// - Returns: `false` if somebody has it already.
  func take() -> Bool { !wasTaken.exchange(true, ordering: .relaxed) }

  func finish() throws(SourceError) {
    guard reachedEnd.load(ordering: .relaxed) else {
      throw SourceError(.failed, "read", name, because: "the stream was not read to its end")
    }
    guard let child else { return }
    let status: ChildProcess.ExitStatus
    do throws(SystemError) {
      status = try cancellation.whenCancelled {
        child.endSoon()
      } during: { () throws(SystemError) in
        try child.wait()
      }
    } catch {
      throw SourceError(error, "wait for", name)
    }
    guard status.isSuccess else {
      throw SourceError(.toolFailed, "back up what the command prints as", name, because: "it \(status.message)")
    }
  }

  func stop() { child?.endSoon() }
}

/// The made-up folders above the stream, and the stream.
private final class StreamDirectory: UnopenedDirectory, OpenDirectory {
  private let folders: ArraySlice<PathBytes>
  private let name: PathBytes
  private let stream: Stream

  init(folders: ArraySlice<PathBytes>, name: PathBytes, stream: Stream) {
    self.folders = folders
    self.name = name
    self.stream = stream
  }

  func open() throws(SourceError) -> any OpenDirectory { self }

  func list() throws(SourceError) -> Listing {
    let isFolder = !folders.isEmpty
    var listing = Listing()
    let attributes = EntryAttributes(
      kind: isFolder ? .directory : .file, permissions: isFolder ? 0o755 : 0o644, userID: effectiveUserID,
      groupID: processGroupID, modified: stream.now)
    listing.append(name: folders.first ?? name, attributes: attributes, isComparable: false)
    return listing
  }

  func details(of index: Int, in listing: Listing) throws(SourceError) -> EntryDetails { EntryDetails() }

  func read(_ index: Int, part: Int, in listing: Listing) throws(SourceError) -> any ByteReader {
    guard stream.take() else {
      throw SourceError(.failed, "read", name, because: "a stream can be read once only")
    }
    return StreamReader(stream)
  }

  func directory(_ index: Int, in listing: Listing) -> any UnopenedDirectory {
    StreamDirectory(folders: folders.dropFirst(), name: name, stream: stream)
  }
}

private final class StreamReader: ByteReader {
  private let stream: Stream
  init(_ stream: Stream) { self.stream = stream }
  var attributes: EntryAttributes? { nil }
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int { try stream.read(into: &buffer) }
  func isUnchanged() throws(SourceError) -> Bool { true }
}
