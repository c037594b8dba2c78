import CoffreCore
import PostgresKit

extension DatabaseLocation {
  /// With the database of the service that the address itself names, where it names no database, as for libpq's own
  /// programs.
  ///
  /// What the environment says, by `PGSERVICE` or `PGDATABASE`, makes nothing less of a whole server.
  ///
  /// - Parameters:
  ///   - variable: gives the value of an environment variable.
  ///   - database: what a service leads to, with `PGDATABASE` where it names none itself.
  package func completed(
    byService database: (String) -> String? = PostgresConnection.database(ofService:),
    variable: (String) -> String?
  ) throws(DatabaseLocationError) -> DatabaseLocation {
    guard kind == .postgresql, self.database == nil, let service = option("service"), !service.isEmpty,
      let found = database(service)
    else { return self }
    guard found != variable("PGDATABASE") else { throw .unclearService }
    var location = self
    location.database = found
    return location
  }
}
