import CoffreCore

/// How a run makes sure that what it stores can be read again: against faults of memory, processor and libraries.
///
/// Either way the seal of every blob is checked once more right before it is written into its pack:
/// memory that changed after sealing is noticed. What changes between hashing and sealing, or comes wrong out of the
/// compressor or cipher, only shows when the blob is opened again.
package enum SelfCheck: Sendable, Hashable {
  /// One blob of 32, chosen anew by each run, is opened, decompressed and hashed before it is stored: a fault that comes
  /// again and again is met soon, a single one seldom.
  case sampled
  /// Every blob, as restic does.
  case full

  /// - Parameter salt: random, the same for a whole run.
  func opens(_ id: BlobID, salt: UInt64) -> Bool { self == .full || (id.word0 ^ salt) % 32 == 0 }
}
