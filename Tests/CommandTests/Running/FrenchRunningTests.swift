import CoffreTestKit
import Testing

/// What people with a French system read while the program runs; programs see no difference.
@Suite("Running in French")
struct FrenchRunningTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop(environment: ["LC_ALL": "", "LANG": "fr_FR.UTF-8"])
    try workshop.make(["tree/one", "tree/two"])
  }

  private func inPlace(_ settings: inout ProgramSettings) { settings.directory = workshop.path }

  private func output(_ arguments: String...) throws -> String {
    let outcome = try workshop.coffre(arguments, inPlace)
    #expect(outcome.isSuccess, "\(outcome)")
    return plain(outcome.output)
  }

  /// With common spaces, which are easier to write here.
  private func plain(_ text: String) -> String { String(text.map { $0 == "\u{A0}" ? " " : $0 }) }

  private func expect(
    _ arguments: [String], _ status: Int32, _ words: String, location: SourceLocation = #_sourceLocation
  ) throws {
    // By the locale, and by the option with an English locale.
    for (arguments, locale) in [(arguments, "fr_FR.UTF-8"), (["--lang", "fr"] + arguments, "C.UTF-8")] {
      let outcome = try workshop.coffre(arguments) { settings in
        inPlace(&settings)
        settings.environment["LANG"] = locale
      }
      let errors = plain(outcome.errors)
      #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
      #expect(errors.contains("erreur : ") && errors.contains(words), "\(words): \(outcome)", sourceLocation: location)
      for english in ["error: ", "because: ", "  do: "] {
        #expect(!errors.contains(english), "\(outcome)", sourceLocation: location)
      }
    }
  }

  @Test(
    arguments: [
      (["--nonsense"], 2, "option inconnue « --nonsense »"), (["nonsense"], 2, "commande inconnue « nonsense »"),
      (["snapshot", "list", "--host"], 2, "« --host » attend une valeur"),
      (["snapshot", "list", "--host", "--compact"], 2, "mais « --compact » suit"),
      (["snapshot", "list", "--retry-lock", "soon"], 2, "n'est pas une durée"),
      (["backup", "--exclude-larger-than", "much", "."], 2, "n'est pas une taille"),
      (["restore", "latest"], 2, "manque"), (["repo", "check", "here"], 2, "ne prend pas d'argument"),
      (["backup"], 2, "rien à sauvegarder n'est indiqué"),
      (["backup", ".", "--time", "soon"], 2, "n'est pas une date"),
      (["backup", "--stdin", "."], 2, "--stdin et des chemins s'excluent"),
      (["repo", "check", "--read-data-subset", "much"], 2, "n'est pas une part des données"),
      (["repo", "check", "--read-data", "--read-data-subset", "1/7"], 2, "s'excluent"),
      (["snapshot", "forget"], 2, "aucune règle ne dit quoi garder"),
      (["repo", "prune", "--max-unused", "much"], 2, "n'est pas une limite de données inutilisées"),
      (["completion", "powershell"], 2, "n'est pas un shell"),
    ] as [([String], Int32, String)])
  func `usage errors`(_ example: (arguments: [String], status: Int32, words: String)) throws {
    try expect(example.arguments, example.status, example.words)
  }

  @Test func `errors of repositories`() throws {
    try expect(["repo", "init"], 1, "contient déjà un dépôt")
    try expect(["snapshot", "ls", "ffff"], 1, "aucun instantané ne correspond à « ffff »")
    try expect(["restore", "latest", "--to", "target"], 1, "aucun instantané ne correspond à « latest »")
    try expect(["backup", "missing"], 1, "missing : Aucun fichier ou dossier de ce nom")
    try expect(["repo", "key", "remove", "ffff"], 1, "aucune clé ne correspond à « ffff »")
    try expect(["repo", "repair", "packs", "ffff"], 1, "aucun identifiant de pack ne commence par « ffff »")
    try writeRealFile(workshop.passwordFile, "not this one\n")
    try expect(["snapshot", "list"], 12, "mauvais mot de passe pour")
    try writeRealFile(workshop.passwordFile, "")
    try expect(["snapshot", "list"], 2, "le mot de passe est vide")
    try writeRealFile(workshop.passwordFile, Workshop.password + "\n")
    try writeRealFile("\(workshop.repository)/config", "")
    try expect(["snapshot", "list"], 1, "« config » est endommagé")
    try removeRealTree(workshop.repository)
    try expect(["snapshot", "list"], 10, "aucun dépôt à l'emplacement « \(workshop.repository) »")
  }

  @Test func `a locked repository`() throws {
    let backup = try workshop.startCoffre(["backup", "--stdin-from-command", "--", "sleep", "4"])
    #expect(backup.waitUntil { !workshop.locks.isEmpty })
    let refused = try workshop.coffre(["repo", "repair", "index"])
    #expect(refused.status == 11 && plain(refused.errors).contains("est verrouillé par le processus"), "\(refused)")
    #expect(try backup.wait().isSuccess)
  }

  @Test func `summaries`() throws {
    let first = try output("backup", "tree")
    #expect(first.contains("(nouveaux : 2, modifiés : 0, inchangés : 0)"), "\(first)")
    #expect(first.contains("ajouté : ") && first.contains("enregistré\n"), "\(first)")
    _ = try output("backup", "tree")
    let check = try output("repo", "check", "--read-data")
    #expect(check.contains("aucune erreur : 2 instantanés, ") && check.contains("lu : "), "\(check)")
    let restore = try output("restore", "latest", "--to", "target", "--verify")
    #expect(restore.contains("restauré : 2 sur 2 fichiers, "), "\(restore)")
    #expect(restore.contains("relu et comparé : 2 fichiers, comme dans l'instantané"), "\(restore)")
    let list = try output("snapshot", "list")
    #expect(list.contains("DATE") && list.contains("CHEMINS") && list.contains("2 instantanés"), "\(list)")
    let plan = try output("snapshot", "forget", "--keep-last", "1", "--dry-run")
    #expect(plan.contains("à supprimer : 1 instantané ; à garder : 1, dans 1 groupe"), "\(plan)")
    #expect(plan.contains("simulation : rien n'a été supprimé"), "\(plan)")
    let forget = try output("snapshot", "forget", "--keep-last", "1")
    #expect(forget.contains("supprimé : 1 instantané ; gardé : 1, dans 1 groupe"), "\(forget)")
    let prune = try output("repo", "prune")
    #expect(prune.contains("reste : ") && prune.contains("inutilisé : "), "\(prune)")
  }

  @Test func `programs read the same words`() throws {
    let report = try workshop.coffreJSON(["backup", "tree", "missing"], inPlace)
    #expect(report.status == 3 && report.summary?["filesNew"]?.int == 2, "\(report)")
    #expect(!report.lines(of: "warning").isEmpty, "\(report)")
  }
}
