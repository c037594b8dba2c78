package import CoffreCore

/// Of a running restore.
package typealias RestoreProgress = WorkProgress<RestoreCounters>

package struct RestoreCounters: WorkCounters {
  package var entriesTotal = 0
  package var filesTotal = 0
  package var filesDone = 0
  package var filesSkipped = 0
  package var bytesTotal: Int64 = 0
  package var bytesDone: Int64 = 0
  package var bytesSkipped: Int64 = 0
  package var filesVerified = 0
  package var entriesDeleted = 0
  /// Losses that are more than attributes.
  package var missing = 0
  package var losses = 0
  package var warnings = 0

  package init() {}

  package mutating func add(_ warning: JobWarning) {
    warnings += 1
    guard warning.isLoss else { return }
    losses += 1
    if warning.code != "metadata" { missing += 1 }
  }
}
