import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Store contract")
struct StoreContractTests {
  @Test(arguments: StoreContract.checks)
  func `the local store keeps it`(_ check: StoreContract) throws {
    let folder = try TestFolder()
    try check.run(on: LocalStore(folder: folder.path))
  }

  @Test(arguments: StoreContract.checks)
  func `the store in memory keeps it`(_ check: StoreContract) throws { try check.run(on: MemoryStore()) }

  @Test(arguments: StoreContract.checks)
  func `a wrapper without faults keeps it`(_ check: StoreContract) throws {
    try check.run(on: FaultyStore(RecordingStore(MemoryStore())))
  }

  @Test func `it notices a store that shortens, loses or shows half-written objects`() {
    let faults: [FaultyStore.Rule] = [
      FaultyStore.Rule([.load], .corrupt { bytes in if bytes.count > 1 { bytes.removeLast() } }),
      FaultyStore.Rule([.list], .lie { Array($0.dropLast()) }),
      FaultyStore.Rule([.list], .lie { $0 + $0.prefix(1) }),
      FaultyStore.Rule([.remove], .fail(.notFound)),
      FaultyStore.Rule([.load], .fail(.failed)),
      FaultyStore.Rule([.save], calls: 2...2, .leavePartial(3)),
    ]
    for fault in faults {
      let failures = StoreContract.checks.filter { check in
        let store = FaultyStore(MemoryStore())
        store.add(fault)
        do {
          try check.run(on: store)
          return false
        } catch {
          return true
        }
      }
      #expect(!failures.isEmpty, "the contract does not notice \(fault)")
    }
  }
}
