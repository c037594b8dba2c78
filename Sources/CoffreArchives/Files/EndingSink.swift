import CoffreCore
import CoffreSystem

/// A sink that changes what it takes, such as by compressing or encrypting it, and has something to say at the end.
protocol EndingSink: ByteSink {
  /// Writes what is left to the sink behind it, which it does not end. Nothing may be called afterwards.
  func finish() throws
}

/// Changes nothing.
final class UnchangedSink: EndingSink {
  private let sink: any ByteSink
  init(_ sink: any ByteSink) { self.sink = sink }
  func write(_ bytes: Span<UInt8>) throws { try sink.write(bytes) }
  func finish() {}
}

extension UnchangedSink: AdoptingSink {
  func adopt(_ name: PathBytes, in folder: borrowing FileDescriptor) throws -> Bool {
    try (sink as? any AdoptingSink)?.adopt(name, in: folder) ?? false
  }
}
