package import CoffreCore

/// What one engine's databases offer: to be looked at, backed up, dumped by the vendor's tool, and restored to.
package protocol DatabaseDriver: Sendable {
  var kind: DatabaseKind { get }

  /// Tells what a backup would meet, without taking anything.
  ///
  /// - Throws: if the server cannot be reached or refuses.
  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe

  /// Whether a source may be opened, and be prepared, while the repository is still being opened, which may fail: that
  /// disturbs nobody and leaves nothing.
  var opensEarly: Bool { get }

  /// Opens one instant of a server or a database.
  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession

  /// The vendor's classic dump in one file.
  ///
  /// - Parameter path: of the file; the end of its name tells the form.
  /// - Throws: `DumpNameError` if it tells none, or one that the address does not fit.
  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump

  /// A target that pulls a backup in.
  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore

  /// Whether it restores one database of a vendor's dump that holds several.
  var choosesInFiles: Bool { get }

  /// A restore of what a vendor's tool wrote.
  ///
  /// - Parameters:
  ///   - file: a file or folder, absolute; found by its content.
  ///   - settings: those that concern a choice within a snapshot are not looked at, but for `database` if the driver
  ///     chooses in files.
  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore
}

extension DatabaseDriver {
  package var opensEarly: Bool { false }
  package var choosesInFiles: Bool { false }
}

/// A vendor's classic dump that is to be written.
package protocol DatabaseFileDump: Sendable {
  /// Starts the tool.
  ///
  /// - Parameter said: told what the tool said beside, at its good end.
  /// - Returns: what it writes; throws at its end if that is not whole.
  func open(cancellation: Cancellation, said: @escaping @Sendable (String) -> Void) throws -> any ByteReader

  /// Reads the written file again, as far as the vendor has a tool for it.
  func prove(_ file: PathBytes, cancellation: Cancellation) throws
}

/// A vendor's dump that is to be restored.
package protocol DatabaseFileRestore: Sendable {
  /// Of what is read, in bytes; `nil` where that is not known before.
  var size: Int64? { get }

  /// - Parameter progress: told how many bytes were taken, as they are taken.
  /// - Returns: the database's name, and what people should know.
  func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws -> (name: String, notes: [SourceNote])
}

/// A file's name that does not tell what a dump shall be.
package struct DumpNameError: Error, Sendable, Explained {
  package let explanation: Explanation

  package init(_ problem: Message, advice: Message) { explanation = Explanation(problem, advice: advice) }

  package var exitCode: ExitCode { .usage }
}
