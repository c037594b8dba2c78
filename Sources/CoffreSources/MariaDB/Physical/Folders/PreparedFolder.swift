package import CoffreCore
import CoffreSystem

/// The folder of a running MariaDB server, made a second time elsewhere: mariadb-backup streams it, and the log that it
/// followed meanwhile is replayed on the files, so that a server can open them.
package enum PreparedFolder {
  /// Makes it.
  ///
  /// - Parameters:
  ///   - settings: where the server is asked; of the whole server.
  ///   - files: an empty folder.
  ///   - progress: told of bytes, as they come.
  /// - Returns: what people should know of it, and how it is proved.
  /// - Throws: `toolMissing` where there is no mariadb-backup for this server. What was made until then stays.
  package static func make(
    _ settings: DatabaseSettings, to files: ServerFiles, cancellation: Cancellation, progress: (Int64) -> Void
  ) throws(SourceError) -> (notes: [SourceNote], proof: FolderProof) {
    let backup = try open(settings, of: files, cancellation)
    defer { backup.close() }
    let extraction = StreamExtraction(backup.tools, to: files, cancellation: cancellation)
    let serverSettings = try extraction.run(
      backup.stream(), of: Array(PhysicalBackup.fileName.utf8), progress: progress)
    try backup.manifest()
    let notes = try backup.finish()
    try RestoreTools.prepare(files, by: backup.tools, cancellation: cancellation)
    return (
      notes,
      FolderProof(
        of: files, series: PhysicalServer.series(backup.server.facts.version), settings: serverSettings,
        manifest: backup.manifests.made, isEncrypted: backup.server.encrypts, workFolder: settings.workFolder)
    )
  }

  private static func open(
    _ settings: DatabaseSettings, of files: ServerFiles, _ cancellation: Cancellation
  ) throws(SourceError) -> PhysicalBackup {
    do {
      return try PhysicalBackup(settings, cancellation: cancellation)
    } catch let error as SourceError {
      throw error
    } catch let error as VendorToolError {
      throw SourceError(
        .toolMissing, "copy", files.target, because: shortText(of: error), advice: error.explanation.advice)
    } catch {
      throw SourceError(.failed, "copy", files.target, because: shortText(of: error))
    }
  }
}
