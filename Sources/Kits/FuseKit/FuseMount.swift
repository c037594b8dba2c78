import CFuse
package import CoffreCore
import CoffreSystem
import Glibc
import Synchronization

/// A file system that is mounted, and taken away again at the end of this value's life at the latest.
@safe package final class FuseMount: @unchecked Sendable {
  package struct Options: Sendable, Hashable {
    /// As `mount` and `df` show it.
    package var name = "coffre"
    /// Other users may enter it too, as far as the entries' permissions let them.
    package var allowsOthers = false
    /// The kernel compares owners and permissions with who asks; otherwise whoever may enter may read all.
    package var checksPermissions = true
    package var threadCount = 4

    package init() {}
  }

  // libfuse's session may be used by several threads; it is freed in `deinit`, when none of them is there any more.
  private let session: OpaquePointer
  private let server: FuseServer
  private let options: Options
  /// A byte in it wakes whoever waits for requests; it is never read.
  private let ending: (reader: Int32, writer: Int32)
  /// One thread waits for the next request; the others answer, or wait for their turn.
  private let turn = Mutex(())
  private let failure = Mutex<FuseError?>(nil)

  /// Mounts.
  ///
  /// - Parameter path: absolute, of an existing folder; what is in it is hidden meanwhile.
  package init(_ fileSystem: some ReadOnlyFileSystem, at path: PathBytes, _ options: Options) throws(FuseError) {
    if let obstacle = Self.obstacle(options) { throw obstacle }
    FuseLog.takeOver()
    self.options = options
    server = FuseServer(fileSystem)
    var ends: (Int32, Int32) = (-1, -1)
    let made = unsafe withUnsafeMutableBytes(of: &ends) { ends in
      unsafe ends.withMemoryRebound(to: Int32.self) { ends in unsafe pipe(ends.baseAddress) }
    }
    guard made == 0 else { throw .refused(path: path, cause: systemText(errno)) }
    ending = (ends.0, ends.1)
    for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard let session = unsafe Self.makeSession(server, options) else {
      close(ends.0)
      close(ends.1)
      throw .refused(path: path, cause: .verbatim(FuseLog.takeComplaint()))
    }
    unsafe self.session = session
    let mounted = unsafe (path + [0]).withUnsafeBufferPointer { path in
      unsafe path.withMemoryRebound(to: CChar.self) { unsafe fuse_session_mount(session, $0.baseAddress) }
    }
    guard mounted == 0 else {
      // From here on deinit cleans up.
      throw .refused(path: path, cause: .verbatim(FuseLog.takeComplaint()))
    }
    // A request may be withdrawn once it was announced: nobody may then wait where `end` cannot wake them.
    let device = unsafe fuse_session_fd(session)
    _ = fcntl(device, F_SETFL, fcntl(device, F_GETFL) | O_NONBLOCK)
    _ = fcntl(device, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    unsafe fuse_session_unmount(session)
    unsafe fuse_session_destroy(session)
    close(ending.reader)
    close(ending.writer)
  }

  private static func makeSession(_ server: FuseServer, _ options: Options) -> OpaquePointer? {
    var settings = ["ro", "nosuid", "nodev", "fsname=\(options.name)", "subtype=coffre"]
    if options.allowsOthers { settings.append("allow_other") }
    if options.checksPermissions { settings.append("default_permissions") }
    var words: [UnsafeMutablePointer<CChar>?] =
      unsafe ["coffre", "-o", settings.joined(separator: ",")].map { (word: String) in unsafe strdup(word) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var operations = FuseOperations.table
    return unsafe words.withUnsafeMutableBufferPointer { words in
      var arguments = unsafe fuse_args(argc: Int32(words.count - 1), argv: words.baseAddress, allocated: 0)
      defer { unsafe fuse_opt_free_args(&arguments) }
      return unsafe fuse_session_new(
        &arguments, &operations, MemoryLayout<fuse_lowlevel_ops>.size, Unmanaged.passUnretained(server).toOpaque())
    }
  }
}

// MARK: Whether it can be

extension FuseMount {
  /// What stands in the way of mounting, as far as one can tell before; `nil` if nothing does.
  package static func obstacle(_ options: Options = Options()) -> FuseError? {
    // Users open it too: their helper only mounts.
    let device = unsafe open("/dev/fuse", O_RDWR | O_CLOEXEC)
    guard device >= 0 else {
      let code = errno
      return code == EACCES || code == EPERM
        ? .deviceForbidden(cause: systemText(code)) : .deviceMissing(cause: systemText(code))
    }
    close(device)
    if geteuid() == 0 { return nil }
    let folders = ["/usr/bin", "/bin"] + (Environment.value("PATH") ?? "").split(separator: ":").map(String.init)
    guard folders.contains(where: { unsafe access("\($0)/fusermount3", X_OK) == 0 }) else { return .helperMissing }
    if options.allowsOthers, !mayUsersShare { return .sharingForbidden }
    return nil
  }

  private static var mayUsersShare: Bool {
    guard let text = try? readFile(Array("/etc/fuse.conf".utf8), limit: 1 << 20) else { return false }
    return text.split(separator: UInt8(ascii: "\n")).contains { line in
      displayed(line.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) == "user_allow_other"
    }
  }
}

// MARK: Serving

extension FuseMount {
  /// Answers the kernel until somebody unmounts the folder or calls `end`, with a fixed number of threads.
  ///
  /// Called once. When it returns nobody is served any more, and the folder is unmounted: at once, even if programs are
  /// still in it.
  package func serve() throws {
    try runThreads(count: max(1, options.threadCount), named: "mount") { [self] _ in work() }
    unsafe fuse_session_unmount(session)
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Has `serve` return once what was asked so far is answered. From any thread, more than once too.
  package func end() {
    let byte: [UInt8] = [1]
    _ = unsafe byte.withUnsafeBytes { unsafe write(ending.writer, $0.baseAddress, 1) }
  }

  private func work() {
    var request = unsafe fuse_buf()
    defer { unsafe free(request.mem) }
    while turn.withLock({ _ in unsafe receive(&request) }) {
      unsafe fuse_session_process_buf(session, &request)
    }
  }

  /// - Returns: `false` at the end.
  private func receive(_ request: inout fuse_buf) -> Bool {
    while true {
      var awaited = [
        pollfd(fd: ending.reader, events: Int16(POLLIN), revents: 0),
        unsafe pollfd(fd: fuse_session_fd(session), events: Int16(POLLIN), revents: 0),
      ]
      let count = unsafe poll(&awaited, 2, -1)
      guard count >= 0 else {
        if errno == EINTR { continue }
        return fail(errno)
      }
      guard awaited[0].revents == 0 else { return false }
      let received = unsafe fuse_session_receive_buf(session, &request)
      if received > 0 { return true }
      // 0: unmounted.
      guard received < 0 else { return false }
      if received != -EINTR, received != -EAGAIN { return fail(-received) }
    }
  }

  private func fail(_ code: Int32) -> Bool {
    failure.withLock { $0 = $0 ?? .broken(cause: systemText(code)) }
    end()
    return false
  }
}

/// As the system says it.
func systemText(_ code: Int32) -> Message { SystemError(code: code, operation: "", path: []).cause }
