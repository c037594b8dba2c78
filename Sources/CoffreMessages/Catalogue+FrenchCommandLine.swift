extension Catalogue {
  /// The command line itself: help, usage errors, exit codes, options of every command.
  static let frenchCommandLine = #"""
    = error: {1}
    > erreur : {1}
    = because: {1}
    > cause : {1}
    = do: {1}
    > à faire : {1}
    = error: '{1}': {2}
    > erreur : « {1} » : {2}
    = warning: '{1}': {2}
    > avertissement : « {1} » : {2}
    = warning: {1}
    > avertissement : {1}
    = warning: {1} more of '{2}'; see the journal for all
    > avertissement : encore {1} de type « {2} » ; le journal les contient tous
    = {1}: {2}
    > {1} : {2}
    = '{1}'
    > « {1} »
    = '{1}': {2}
    > « {1} » : {2}
    = {1} or {2}
    > {1} ou {2}
    = {1} and {2}
    > {1} et {2}
    = {1} left
    > reste {1}

    = back up, prove and restore what a small organisation runs
    > sauvegarder, prouver et restaurer ce que fait tourner une petite organisation
    = All commands: `{1} help`. One of them: `{2} help <command>`.
    > Toutes les commandes : `{1} help`. L'une d'elles : `{2} help <commande>`.
    = {1} <command> [<option>…] [<argument>…]
    > {1} <commande> [<option>…] [<argument>…]
    = <command> [<option>…] [<argument>…]
    > <commande> [<option>…] [<argument>…]
    = [<option>…]
    > [<option>…]
    = Options of every command:
    > Options de toutes les commandes :
    = `{1} help <command>` tells more about one of them.
    > `{1} help <commande>` en dit plus sur l'une d'elles.
    = `{1} help {2} <command>` tells more about one of them.
    > `{1} help {2} <commande>` en dit plus sur l'une d'elles.
    = USAGE
    > USAGE
    = EXIT
    > CODES
    = EXAMPLE
    > EXEMPLE
    = EXAMPLES
    > EXEMPLES
    = ALSO
    > AUSSI
    = NAME
    > NOM
    = SYNOPSIS
    > SYNOPSIS
    = DESCRIPTION
    > DESCRIPTION
    = COMMANDS
    > COMMANDES
    = ARGUMENTS
    > ARGUMENTS
    = OPTIONS
    > OPTIONS
    = OPTIONS OF EVERY COMMAND
    > OPTIONS DE TOUTES LES COMMANDES
    = EXIT STATUS
    > CODES DE SORTIE
    = SEE ALSO
    > VOIR AUSSI
    = : {1}
    >  : {1}
    = ; may be repeated
    >  ; option répétable
    = default: {1}
    > par défaut : {1}
    = environment: {1}
    > environnement : {1}

    Usage errors
    = Run `{1} {2} --help`.
    > Lancez `{1} {2} --help`.
    = {1} exclude each other
    > {1} s'excluent
    = Give only one of them.
    > N'en donnez qu'une.
    = '{1}' is missing
    > « {1} » manque
    = {1} is missing: {2}
    > {1} manque : {2}
    = the value of {1}
    > la valeur de {1}
    = '{1}' in {2}
    > « {1} » dans {2}
    = {1} {2}
    > {1} {2}
    = {1} of '{2}' {3}
    > {1} pour « {2} » {3}
    = Correct the variable {1}, or give '{2}'.
    > Corrigez la variable {1}, ou donnez « {2} ».
    = '{1} {2}' takes no argument, but got '{3}'
    > « {1} {2} » ne prend pas d'argument, mais a reçu « {3} »
    = '{1}' is one argument too many for '{2} {3}'
    > « {1} » est un argument de trop pour « {2} {3} »
    = no command given
    > aucune commande n'est donnée
    = Run `{1} help` to see the commands.
    > Lancez `{1} help` pour voir les commandes.
    = Run `coffre help` to see the commands.
    > Lancez `coffre help` pour voir les commandes.
    = '{1}' needs one more word
    > « {1} » attend encore un mot
    = Add {1}; `{2} --help` tells what each does.
    > Ajoutez {1} ; `{2} --help` explique chacun.
    = '--{1}' needs a command after `--`
    > « --{1} » attend une commande après `--`
    = Write it last: `--{1} … -- <program> <argument>…`.
    > Écrivez-la en dernier : `--{1} … -- <programme> <argument>…`.
    = '{1}' takes no value
    > « {1} » ne prend pas de valeur
    = Write `{1}` alone.
    > Écrivez `{1}` seul.
    = '{1}' needs a value
    > « {1} » attend une valeur
    = Write it as `{1} {2}`.
    > Écrivez `{1} {2}`.
    = '{1}' needs a value, but '{2}' follows
    > « {1} » attend une valeur, mais « {2} » suit
    = Write it as `{1}`; a value that begins with a dash as `--{2}={3}`.
    > Écrivez `{1}` ; une valeur qui commence par un tiret s'écrit `--{2}={3}`.
    = the value of '{1}' is empty
    > la valeur de « {1} » est vide
    = Write it as `{1}`.
    > Écrivez `{1}`.
    = the value
    > la valeur
    = : '{1}' and '{2}'
    >  : « {1} » et « {2} »
    = '--{1}' is given twice{2}
    > « --{1} » est donnée deux fois{2}
    = Give it once.
    > Donnez-la une fois.
    = '{1}' stands before the command that it belongs to
    > « {1} » précède la commande à laquelle elle appartient
    = Write it after the command's words.
    > Écrivez-la après les mots de la commande.
    = unknown option '{1}'
    > option inconnue « {1} »
    = Did you mean `{1}`?
    > Vouliez-vous dire `{1}` ?
    = Did you mean `{1} {2}`?
    > Vouliez-vous dire `{1} {2}` ?
    = Run `{1} --help` to see the options.
    > Lancez `{1} --help` pour voir les options.
    = unknown command '{1}'
    > commande inconnue « {1} »
    = Write one of {1} after `{2}`.
    > Écrivez {1} après `{2}`.
    = is not valid UTF-8
    > n'est pas de l'UTF-8 valide
    = is not a whole number of at least {1}
    > n'est pas un nombre entier d'au moins {1}
    = is not a whole number from {1} to {2}
    > n'est pas un nombre entier de {1} à {2}
    = is not a size, such as 512K, 10M or 1.5G
    > n'est pas une taille, comme 512K, 10M ou 1.5G
    = is not a duration, such as 90s, 5m or 1h30m
    > n'est pas une durée, comme 90s, 5m ou 1h30m
    = is not one of {1}
    > n'est pas parmi {1}
    = this command cannot be run
    > cette commande ne peut être exécutée
    = Run `coffre help`.
    > Lancez `coffre help`.
    = the pattern '{1}' cannot be read: {2}
    > le motif « {1} » est illisible : {2}
    = a '[' is not closed
    > un « [ » n'est pas fermé
    = a range in '[…]' runs backwards
    > un intervalle dans « […] » est à l'envers
    = it is empty
    > il est vide
    = stopping cleanly; press Ctrl-C again to stop at once
    > arrêt propre ; encore Ctrl-C pour arrêter immédiatement
    = stopping cleanly
    > arrêt propre

    Exit codes
    = done
    > succès
    = failed, or damaged
    > échec, ou dépôt endommagé
    = wrong usage
    > mauvais usage
    = partial: something could not be read or written
    > partiel : quelque chose n'a pu être lu ou écrit
    = no repository
    > pas de dépôt
    = locked
    > verrouillé
    = wrong password
    > mauvais mot de passe
    = destination unreachable or refuses
    > destination injoignable ou qui refuse
    = source unreachable or unreadable
    > source injoignable ou illisible
    = verification failed
    > vérification en échec
    = configuration invalid
    > configuration invalide
    = tool missing or too old
    > outil manquant ou trop ancien
    = no space
    > plus de place
    = no permission
    > pas la permission
    = repository version not supported
    > version de dépôt non prise en charge
    = interrupted (SIGINT)
    > interrompu (SIGINT)
    = terminated (SIGTERM)
    > arrêté (SIGTERM)

    Options of every command
    = where the repository lies
    > où se trouve le dépôt
    = read the repository's password from a file
    > lire le mot de passe du dépôt dans un fichier
    = read the repository's password from a program's output
    > lire le mot de passe du dépôt dans la sortie d'un programme
    = wait so long for a locked repository
    > attendre aussi longtemps un dépôt verrouillé
    = print results as JSON, for programs; as restic does with '=restic' or COFFRE_JSON=restic
    > afficher les résultats en JSON, pour les programmes ; comme restic avec « =restic » ou COFFRE_JSON=restic
    = show errors and warnings only
    > n'afficher que les erreurs et avertissements
    = name every entry that is stored or restored
    > nommer chaque élément enregistré ou restauré
    = show no colours
    > pas de couleurs
    = language of messages and help
    > langue des messages et de l'aide
    = of the locale
    > celle du système
    = never ask, fail instead
    > ne jamais poser de question, échouer plutôt
    = answer yes to questions; what asks for a name still wants --confirm
    > répondre oui aux questions ; ce qui demande un nom veut encore --confirm
    = show this help
    > afficher cette aide
    = show the version of this program
    > afficher la version de ce programme
    = show how a command is used
    > expliquer l'usage d'une commande
    = words of a command, such as `repo check`
    > les mots d'une commande, comme `repo check`

    Names of values
    = <command>
    > <commande>
    = <repository>
    > <dépôt>
    = <file>
    > <fichier>
    = <folder>
    > <dossier>
    = <duration>
    > <durée>
    = <language>
    > <langue>
    = <tags>
    > <étiquettes>
    = <name>
    > <nom>
    = <pattern>
    > <motif>
    = <source>
    > <source>
    = <snapshot>
    > <instantané>
    = <path>
    > <chemin>
    = <share>
    > <part>
    = <when>
    > <quand>
    = <word>
    > <mot>
    = <shell>
    > <shell>

    Counts
    = {1} file
    > {1} fichier
    = {1} files
    > {1} fichiers
    = {1} entry
    > {1} élément
    = {1} entries
    > {1} éléments
    = {1} page
    > {1} page
    = {1} pages
    > {1} pages
    = {1} snapshot
    > {1} instantané
    = {1} snapshots
    > {1} instantanés
    = {1} tree
    > {1} arbre
    = {1} trees
    > {1} arbres
    = {1} blob
    > {1} blob
    = {1} blobs
    > {1} blobs
    = {1} pack
    > {1} pack
    = {1} packs
    > {1} packs
    = {1} error
    > {1} erreur
    = {1} errors
    > {1} erreurs
    = {1} hint
    > {1} remarque
    = {1} hints
    > {1} remarques
    = {1} problem
    > {1} problème
    = {1} problems
    > {1} problèmes
    = {1} warning
    > {1} avertissement
    = {1} warnings
    > {1} avertissements
    """#
}
