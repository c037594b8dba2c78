import CLinux
import CoffreCore
import Glibc

/// A terminal without a screen: for tests of what asks and shows on one.
package final class PseudoTerminal: Sendable {
  /// Where keys are typed and the screen is read.
  private let master: FileDescriptor
  /// What a program sees.
  private let side: FileDescriptor

  package init() throws(SystemError) {
    var ends: (Int32, Int32) = (-1, -1)
    let result = unsafe withUnsafeMutableBytes(of: &ends) { ends in
      unsafe ends.withMemoryRebound(to: Int32.self) { ends in
        guard let start = ends.baseAddress else { return 0 }
        return unsafe clinux_make_terminal(start)
      }
    }
    try checked(result, "make a terminal", [])
    master = FileDescriptor(adopting: ends.0, path: [])
    side = FileDescriptor(adopting: ends.1, path: [])
  }

  /// Makes it the terminal of this process, which must not have one by leading its group.
  package func take() throws(SystemError) { try side.check(clinux_take_terminal(side.number), "take a terminal") }

  /// Whether it shows what is typed.
  package var isEchoing: Bool { clinux_terminal_echoes(side.number) != 0 }

  /// Presses keys.
  package func type(_ keys: String) throws(SystemError) { try master.write(Array(keys.utf8).span) }

  /// What was shown since the last call, at most 4 KiB.
  package func shown() throws(SystemError) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var span = buffer.mutableSpan
    do throws(SystemError) {
      let count = try master.read(into: &span)
      return displayed(buffer.prefix(count))
    } catch {
      guard error.code == EAGAIN else { throw error }
      return ""
    }
  }
}
