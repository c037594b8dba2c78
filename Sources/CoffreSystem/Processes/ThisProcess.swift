import CLinux
import Glibc

/// Facts about, and the end of, this process.
package enum ThisProcess {
  package static var processID: Int32 { getpid() }

  /// The words it was started with, its own name first: bytes, as the kernel keeps them.
  package static var arguments: [[UInt8]] {
    guard let bytes = try? readFile(Array("/proc/self/cmdline".utf8), limit: 64 << 20) else {
      return CommandLine.arguments.map { Array($0.utf8) }
    }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
  }

  /// Makes large buffers go back to the system as soon as they are freed, instead of resting in the allocator: chunks and
  /// packs are of all sizes, and the holes between them would double the memory in use.
  package static func returnFreedMemoryEarly() { clinux_return_freed_memory_early() }

  /// Gives freed memory back to the system at once, also what other threads took: where a thread has ended that took much
  /// of it, nobody would use it again. Takes a moment.
  package static func returnFreedMemory() { clinux_return_freed_memory() }

  /// Ends the process at once; nothing runs after it. Its transient folders go with it.
  ///
  /// The libraries' own farewells do not run either: they would tear down what threads that are still ending stand on.
  package static func end(with status: Int32) -> Never {
    TransientFolder.removeAll { _exit(status) }
  }
}

/// Whether some process has this number now; whose it is, it does not tell.
package func isProcessPresent(_ processID: Int32) -> Bool {
  processID > 0 && (kill(processID, 0) == 0 || errno == EPERM)
}
