import CMongo
import CoffreCore

/// libmongoc, which is loaded when it is first wanted: linked in, it would start with every command.
package enum MongoLibrary {
  /// Loads and starts it; again, it does nothing. Any thread may, at any time.
  ///
  /// - Throws: `missing`, each time, where this machine has none.
  package static func open() throws(MongoError) { try opened.get() }

  private static let opened: Result<Void, MongoError> = {
    if let cause = unsafe cmongo_open() {
      return .failure(
        MongoError(
          .missing, saying: "libmongoc cannot be loaded: \(unsafe String(cString: cause))",
          advice: "Install it (`apt install libmongoc-1.0-0`)."))
    }
    // Its own log goes nowhere: what matters comes as errors.
    mongoc_log_set_handler(nil, nil)
    mongoc_init()
    return .success(())
  }()
}
