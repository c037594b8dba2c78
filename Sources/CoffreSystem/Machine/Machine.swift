import CLinux
import CoffreCore
import Glibc

/// The machine's name; empty if it cannot be told.
package func hostName() -> String {
  let (bytes, result) = unsafe grownBytes(startingWith: 256, fillsExactly: true) { buffer in
    guard let start = buffer.baseAddress else { return 0 }
    return unsafe clinux_host_name(start, buffer.count)
  }
  return result > 0 ? displayed(bytes) : ""
}

/// Whose rights this process has.
package var effectiveUserID: UInt32 { geteuid() }
/// Who started this process.
package var processUserID: UInt32 { getuid() }
package var processGroupID: UInt32 { getgid() }

/// How many processors this process may run on; at least 1.
package var processorCount: Int { Int(clinux_processor_count()) }

/// The most memory that was resident at once; 0 if it cannot be told.
package func peakMemoryInBytes() -> Int64 {
  guard let status = try? readFile(Array("/proc/self/status".utf8), limit: 1 << 16) else { return 0 }
  for line in displayed(status).split(separator: "\n") where line.hasPrefix("VmHWM:") {
    let digits = line.filter(\.isNumber)
    return (Int64(digits) ?? 0) * 1024
  }
  return 0
}
