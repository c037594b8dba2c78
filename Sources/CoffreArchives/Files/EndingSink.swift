package import CoffreCore

/// A sink that changes what it takes, such as by compressing or encrypting it, and has something to say at the end.
package protocol EndingSink: ByteSink {
  /// Writes what is left to the sink behind it, which it does not end. Nothing may be called afterwards.
  func finish() throws
}
