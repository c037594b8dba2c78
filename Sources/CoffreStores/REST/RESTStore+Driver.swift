import CoffreCore

extension RESTStore {
  static let driver = StoreDriver(
    handles: { Location.isMeant(by: $0) }, isRemote: true,
    shown: { (try? Location($0))?.shown },
    openPlain: { (location, context) throws(StoreError) in
      RESTStore(Settings(try Location(location), context), cancellation: context.cancellation)
    },
    createPlain: { (location, context) throws(StoreError) in
      try RESTStore.create(Settings(try Location(location), context), cancellation: context.cancellation)
    })
}
