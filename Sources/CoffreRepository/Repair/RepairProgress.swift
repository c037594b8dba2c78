package import CoffreCore

/// How far a repair is.
package typealias RepairProgress = WorkProgress<RepairCounters>

package struct RepairCounters: WorkCounters {
  package var phase: Message = "index"
  package var packs = 0
  package var packsTotal = 0
  package var bytes: Int64 = 0
  package var bytesTotal: Int64 = 0
  package var warnings = 0

  package init() {}
}
