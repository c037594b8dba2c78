package import CoffreCore

/// One kind of store: a value in the list below, one folder of this room.
package struct StoreDriver: Sendable {
  /// Whether a repository's location is of this kind.
  package let handles: @Sendable (PathBytes) -> Bool
  /// Whether it is reached over a network: calls are then limited in number, and made again when they fail.
  let isRemote: Bool
  /// How a location is named everywhere: in messages, journals, locks and JSON; never with a password. `nil` for one that
  /// cannot be read.
  package let shown: @Sendable (PathBytes) -> String?
  let openPlain: @Sendable (PathBytes, StoreContext) throws(StoreError) -> any Store
  let createPlain: @Sendable (PathBytes, StoreContext) throws(StoreError) -> any Store
}

extension StoreDriver {
  /// Opens a place that exists.
  package func open(_ location: PathBytes, _ context: StoreContext = StoreContext()) throws(StoreError) -> any Store {
    wrapped(try openPlain(location, context), context)
  }

  /// Makes the place if need be.
  package func create(_ location: PathBytes, _ context: StoreContext = StoreContext()) throws(StoreError) -> any Store {
    wrapped(try createPlain(location, context), context)
  }

  /// Whether a location holds a password, for which there are better places.
  package func holdsPassword(_ location: PathBytes) -> Bool { shown(location)?.contains(":***@") == true }

  private func wrapped(_ store: any Store, _ context: StoreContext) -> any Store {
    guard isRemote else { return store }
    let limit = context.connection.parallelRequests ?? store.traits.parallelRequests
    return RetryingStore(
      ThrottledStore(store, limit: limit), pace: context.pace, cancellation: context.cancellation)
  }
}

/// A location that may hold a password, of whatever kind, with stars in its place.
package func withoutPassword(_ location: PathBytes) -> String {
  let text = displayed(location)
  guard let at = text.lastIndex(of: "@") else { return text }
  let before = text[..<at]
  guard let slash = before.lastIndex(of: "/"), let colon = before[slash...].firstIndex(of: ":") else { return text }
  return text[...colon] + "***" + text[at...]
}
