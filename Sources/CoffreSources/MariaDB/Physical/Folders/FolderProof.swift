package import CoffreCore
import CoffreSystem

/// How it is proved that a copy of a server's folder is one that a server can open: a server of ours does, on the copy, never
/// on the original.
///
/// The files are others afterwards: a server writes to what it opens. Whoever wants them as they were copied takes them
/// before.
package struct FolderProof: Sendable {
  private let files: ServerFiles
  /// `nil` if nobody knows: then any server is tried.
  private let series: ToolVersion?
  private let settings: ServerSettings
  private let manifest: DatabaseManifest?
  private let isMariaDB: Bool
  private let isEncrypted: Bool
  private let workFolder: PathBytes?

  init(
    of files: ServerFiles, series: ToolVersion?, settings: ServerSettings, manifest: DatabaseManifest?,
    isMariaDB: Bool = true, isEncrypted: Bool, workFolder: PathBytes?
  ) {
    self.files = files
    self.series = series
    self.settings = settings
    self.manifest = manifest
    self.isMariaDB = isMariaDB
    self.isEncrypted = isEncrypted
    self.workFolder = workFolder
  }

  /// Of a folder that was copied file by file: all of each table is read.
  ///
  /// - Parameter facts: of the server that it is of.
  package init(of files: ServerFiles, _ facts: CopiedFolderFacts, workFolder: PathBytes?) {
    self.init(
      of: files, series: facts.series, settings: ServerSettings(facts.settings), manifest: nil,
      isMariaDB: facts.isMariaDB, isEncrypted: false, workFolder: workFolder)
  }

  /// Starts a server on the files, lets it look, and ends it.
  ///
  /// - Parameter installed: the servers that may be started; `nil` to look for them.
  /// - Returns: what it found, or why nothing could be proved.
  /// - Throws: if the files are no server's, or are damaged.
  package func run(
    by installed: InstalledTools? = nil, cancellation: Cancellation
  ) throws(SourceError) -> [SourceNote] {
    guard isMariaDB else { return [unproved("it is not of MariaDB")] }
    if isEncrypted { return [unproved("its tables are encrypted, and Coffre has no keys")] }
    let tools: VendorTools
    do throws(VendorToolError) {
      let installed =
        if let installed { installed } else {
          try InstalledTools.find(.mariadbServer, cancellation: cancellation)
        }
      if let series {
        tools = try installed.choose(forSeries: series)
      } else if let first = installed.found.first {
        tools = first
      } else {
        return [unproved("no 'mariadbd' is installed")]
      }
    } catch {
      return [
        unproved(error.explanation.cause.map { "\(error.explanation.problem): \($0)" } ?? error.explanation.problem)
      ]
    }
    do throws(SourceError) {
      return try PhysicalProof(tools, of: files, holding: manifest, in: workFolder, cancellation: cancellation)
        .run(with: settings)
    } catch {
      guard "\(error.cause)".contains(Self.undecided) else { throw error }
      return [
        unproved(
          "its server was killed while it committed, and only its binary log tells what became of that; start the server "
            + "once, and stop it")
      ]
    }
  }

  /// As servers say it that find a transaction prepared, and not the log that decided on it.
  private static let undecided = #"prepared transactions"#

  private func unproved(_ reason: Message) -> SourceNote {
    SourceNote(subject: displayed(files.target), message: "no server was started on the copy: \(reason)")
  }
}
